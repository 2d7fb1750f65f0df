import type { Finding } from '../experiment.ts';
import { type Audit, violations } from '../ledger/audit.ts';
import { percentile } from '../percentile.ts';
import type { Registrar } from '../registrar.ts';

interface Conclusion {
  figures: Finding['figures'];
  /** What should hold of times, in words, and whether it did. */
  targets?: Readonly<Record<string, boolean>>;
  /** Further promises, in words, and whether they were kept. */
  promises?: Readonly<Record<string, boolean>>;
  /** How many mails may come a second time, under the same Message-ID: those that were in the middle of their body. */
  repeatsAllowed: number;
}

/** Puts together what every experiment reports and fails by. */
export function conclude(audit: Audit, registrar: Registrar, conclusion: Conclusion): Finding {
  const { figures, targets = {}, promises = {}, repeatsAllowed } = conclusion;
  const failed = (claims: Readonly<Record<string, boolean>>) =>
    Object.entries(claims).flatMap(([claim, holds]) => (holds ? [] : [claim]));
  const found = [...violations(audit), ...failed(promises)];
  if (audit.repeated.length > repeatsAllowed) {
    found.push(
      `${audit.repeated.length} mails came twice where ${repeatsAllowed} may: ${audit.repeated.slice(0, 3).join(', ')}`,
    );
  }
  if (audit.acknowledged === 0) found.push('no sign-up was acknowledged, so that nothing is shown');
  const unexpected = Object.entries(Object.groupBy(registrar.unexpected, (answer) => answer));
  found.push(...unexpected.map(([answer, all]) => `${all?.length} answers were ${answer}`));
  return {
    figures: {
      ...{ acknowledged: audit.acknowledged, refused: audit.refused, unknown: audit.unknown },
      ...{
        lost: audit.lost.length,
        phantom: audit.phantom.length,
        doubled: audit.doubled.length,
        repeated: audit.repeated.length,
      },
      ...{
        sign_up_p50_ms: percentile(registrar.latencies, 0.5),
        sign_up_p99_ms: percentile(registrar.latencies, 0.99),
      },
      ...figures,
    },
    violations: found,
    missed: failed(targets),
  };
}
