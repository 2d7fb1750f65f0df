import { ConfigError } from '@postern/runtime';
import { describe, expect, it } from 'vitest';
import { readSesUrl } from './ses-url.ts';

const read = (url: string) => readSesUrl(new URL(url), 'SMTP_URL');

describe('a ses:// URL', () => {
  it('names region, configuration set and connections', () => {
    expect(read('ses://eu-central-1?configuration_set=postern&connections=20')).toMatchObject({
      region: 'eu-central-1',
      configurationSet: 'postern',
      connections: 20,
    });
  });

  it('may leave the region to AWS_REGION', () => {
    expect(read('ses://')).toMatchObject({ region: undefined, connections: 10 });
    expect(read('ses://?connections=1')).toMatchObject({ region: undefined, connections: 1 });
  });

  it.each([
    ['a setting there is not', 'ses://eu-central-1?configuration-set=postern', /no setting "configuration-set"/],
    ['no connections', 'ses://eu-central-1?connections=0', /connections is a whole number from 1 to 200/],
    ['too many connections', 'ses://eu-central-1?connections=201', /connections is a whole number/],
    ['half a connection', 'ses://eu-central-1?connections=1.5', /connections is a whole number/],
    ['connections in words', 'ses://eu-central-1?connections=ten', /connections is a whole number/],
    ['credentials', 'ses://AKIA:secret@eu-central-1', /accepts no credentials/],
    ['an endpoint that is not a URL', 'ses://eu-central-1?endpoint=localhost', /endpoint is a URL/],
  ])('is refused with %s, and never quoted', (_what, url, problem) => {
    expect(() => read(url)).toThrow(ConfigError);
    expect(() => read(url)).toThrow(problem);
    expect(() => read(url)).not.toThrow(/eu-central-1|secret/);
  });
});
