import { describe, expect, it } from 'vitest';
import { releaseOf } from './release-of.ts';

describe('the release of a process', () => {
  it('is the one that its image was built for', () => {
    expect(releaseOf({ version: '0.1.0' }, { SERVICE_RELEASE: 'v1.2.3' })).toBe('v1.2.3');
  });

  it('is the version of the sources where the image was built for none', () => {
    expect(releaseOf({ version: '0.1.0' }, { SERVICE_RELEASE: '' })).toBe('0.1.0');
    expect(releaseOf({ version: '0.1.0' }, {})).toBe('0.1.0');
  });
});
