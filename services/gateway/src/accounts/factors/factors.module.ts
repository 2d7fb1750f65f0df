import { bindClass } from '@postern/runtime';
import { ContainerModule } from 'inversify';
import { NoSecondFactors } from './no-second-factors.ts';
import { SecondFactors } from './second-factors.ts';

export const factorsModule = new ContainerModule((module) => {
  bindClass(module, SecondFactors, NoSecondFactors, []);
});
