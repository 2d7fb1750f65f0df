import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

export const ROOT = join(import.meta.dirname, '../../..');

/** @param path below the root of the repository; `*` stands for any name */
export function documentsOf<T>(path: string): T[] {
  return globSync(path, { cwd: ROOT }).flatMap((file) =>
    parseAllDocuments(readFileSync(join(ROOT, file), 'utf8')).map((document) => document.toJS() as T),
  );
}

interface Probe {
  httpGet: { path: string; port: string };
}
export interface Container {
  image: string;
  command?: string[];
  args?: string[];
  env?: { name: string; value: string }[];
  ports?: { name: string; containerPort: number }[];
  startupProbe?: Probe;
  readinessProbe?: Probe;
  livenessProbe?: Probe;
  envFrom?: unknown;
  volumeMounts?: unknown;
  resources: { requests: { memory: string }; limits: { memory: string } };
  securityContext: unknown;
}
export interface Template {
  metadata: { labels: Record<string, string>; annotations?: Record<string, string> };
  spec: {
    terminationGracePeriodSeconds?: number;
    serviceAccountName?: string;
    enableServiceLinks?: boolean;
    securityContext?: unknown;
    volumes?: unknown;
    topologySpreadConstraints?: { topologyKey: string }[];
    containers: Container[];
  };
}
export interface Manifest {
  kind: string;
  metadata: { name: string; labels?: Record<string, string> };
  spec?: {
    suspend?: boolean;
    replicas?: number;
    minReadySeconds?: number;
    maxReplicas?: number;
    scaleTargetRef?: { name: string };
    selector?: unknown;
    podSelector?: Selector;
    egress?: unknown[];
    ingress?: { from?: { podSelector?: Selector }[] }[];
    template?: Template;
    jobTemplate?: { spec: { template: Template } };
  };
}
export interface Selector {
  matchLabels?: Record<string, string>;
  matchExpressions?: { key: string; operator: 'In'; values: string[] }[];
}
export interface ScaledObject {
  metadata: { name: string };
  spec: {
    minReplicaCount: number;
    maxReplicaCount: number;
    triggers: { type: string; metadata: Record<string, string> }[];
  };
}

export const manifests = documentsOf<Manifest>('services/kubernetes/base/*.yaml');
/** Of the pods that an object makes, of whatever kind it is. */
export const templateOf = ({ spec }: Manifest) => spec?.template ?? spec?.jobTemplate?.spec.template;
export const templates = manifests.flatMap((manifest) => templateOf(manifest) ?? []);
export const deployments = manifests.filter(({ kind }) => kind === 'Deployment');
export const scaled = documentsOf<ScaledObject>('services/kubernetes/components/keda/scaled-objects.yaml');
