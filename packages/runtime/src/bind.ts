import 'reflect-metadata';
import type { ContainerModuleLoadOptions } from 'inversify';

/** A class used as token and type at once: ports are abstract classes, so a wrong dependency does not compile. */
// biome-ignore lint/suspicious/noExplicitAny: a constructor's parameters are contravariant; `unknown[]` would refuse every class.
export type Token<T> = abstract new (...args: any[]) => T;

type Tokens<Args extends readonly unknown[]> = { [Index in keyof Args]: Token<Args[Index]> };
type Instances<Given extends Token<unknown>[]> = { [Index in keyof Given]: InstanceType<Given[Index]> };

/** A container, or a module that is being loaded into one. */
export type Binder = Pick<ContainerModuleLoadOptions, 'bind'>;

/**
 * Binds `token` to one instance of `implementation`, made from the instances of `dependencies` when first asked for.
 * No decorator, so that the class stays testable with `new`; tokens in wrong order or number do not compile.
 */
export function bindClass<T, Args extends unknown[]>(
  container: Binder,
  token: Token<T>,
  implementation: new (...args: Args) => T,
  dependencies: [...Tokens<Args>],
): void {
  bindFactory(container, token, dependencies, (...args: Args) => new implementation(...args));
}

/** Binds `token` to a value made elsewhere: whatever needs `await` to exist is made in `main.ts` and bound this way. */
export function bindConstant<T>(container: Binder, token: Token<T>, value: T): void {
  container.bind<T>(token).toConstantValue(value);
}

/** Binds `token` to what `make` makes of the instances of `dependencies` when it is first asked for. */
export function bindFactory<T, Dependencies extends Token<unknown>[]>(
  container: Binder,
  token: Token<T>,
  dependencies: [...Dependencies],
  make: (...args: Instances<Dependencies>) => T,
): void {
  container
    .bind<T>(token)
    .toResolvedValue((...args: unknown[]) => make(...(args as Instances<Dependencies>)), dependencies)
    .inSingletonScope();
}
