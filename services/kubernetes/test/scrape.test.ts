import { expect, it } from 'vitest';
import { documentsOf, templates } from './manifests.ts';

interface Relabeling {
  source_labels: string[];
  regex?: string;
  action?: 'keep' | 'drop';
  target_label?: string;
}
interface Scraping {
  scrape_configs: { job_name: string; kubernetes_sd_configs?: unknown; relabel_configs?: Relabeling[] }[];
}

const scraping = (file: string) => documentsOf<Scraping>(`services/prometheus/${file}`)[0]?.scrape_configs ?? [];

/** What Prometheus makes of one port of a pod: a target, or none. */
function relabeled(labels: Record<string, string>, rules: readonly Relabeling[]): Record<string, string>[] {
  for (const { source_labels, regex = '.*', action, target_label } of rules) {
    const value = source_labels.map((name) => labels[name] ?? '').join(';');
    const matches = new RegExp(`^(?:${regex})$`).test(value);
    if ((action === 'keep' && !matches) || (action === 'drop' && matches)) return [];
    if (target_label && matches) labels[target_label] = value;
  }
  return [labels];
}

/** The targets of all pods of the manifests, in that phase. */
function targets(phase: string) {
  const [{ relabel_configs: rules = [] } = {}] = scraping('kubernetes.yml');
  return templates.flatMap(({ metadata, spec }, pod) =>
    (spec.containers[0]?.ports ?? []).flatMap(({ name }) => {
      const found = {
        __meta_kubernetes_pod_name: `pod-${pod}`,
        __meta_kubernetes_pod_phase: phase,
        __meta_kubernetes_pod_container_port_name: name,
        __meta_kubernetes_pod_label_app_kubernetes_io_name: metadata.labels['app.kubernetes.io/name'] ?? '',
      };
      return relabeled(found, rules);
    }),
  );
}

it('looks for pods where the manifests put them', () => {
  const { namespace } = documentsOf<{ namespace: string }>('services/kubernetes/base/kustomization.yaml')[0] ?? {};
  expect(scraping('kubernetes.yml').map(({ kubernetes_sd_configs }) => kubernetes_sd_configs)).toEqual([
    [{ role: 'pod', namespaces: { names: [namespace] } }],
  ]);
});

it('scrapes each replica once, as the job by which rules and dashboards know it', () => {
  const found = targets('Running');
  const services = templates.filter(({ spec }) => spec.containers[0]?.ports);
  expect(found).toHaveLength(services.length);
  expect(new Set(found.map(({ instance }) => instance)).size).toBe(found.length);
  expect(new Set(found.map(({ job }) => job))).toEqual(
    new Set(scraping('prometheus.yml').map(({ job_name }) => job_name)),
  );
});

it('expects no answer of a pod that has ended, as one that was evicted', () => {
  expect(targets('Failed')).toEqual([]);
});

it('marks no pod for a second job of the same Prometheus, by which every rate would be twice what it is', () => {
  const marked = templates.flatMap(({ metadata }) => Object.keys(metadata.annotations ?? {}));
  expect(marked.filter((name) => name.startsWith('prometheus.io/'))).toEqual([]);
});
