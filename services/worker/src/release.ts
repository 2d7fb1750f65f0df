import { releaseOf } from '@postern/runtime';
import manifest from '../package.json' with { type: 'json' };

/** Which release this process is of: in log lines, spans, the row of its replica and the answer of --version. */
export const release = releaseOf(manifest);
