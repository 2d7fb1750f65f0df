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
  env?: { name: string; value: string }[];
  ports?: { name: string; containerPort: number }[];
  startupProbe?: Probe;
  readinessProbe?: Probe;
  livenessProbe?: Probe;
  resources: { requests: { memory: string }; limits: { memory: string } };
  securityContext: unknown;
}
export interface Manifest {
  kind: string;
  metadata: { name: string };
  spec?: {
    replicas?: number;
    minReadySeconds?: number;
    maxReplicas?: number;
    scaleTargetRef?: { name: string };
    template?: {
      metadata: { labels: Record<string, string>; annotations?: Record<string, string> };
      spec: {
        terminationGracePeriodSeconds?: number;
        enableServiceLinks?: boolean;
        securityContext?: unknown;
        topologySpreadConstraints?: { topologyKey: string }[];
        containers: Container[];
      };
    };
  };
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
export const deployments = manifests.filter(({ kind }) => kind === 'Deployment');
export const scaled = documentsOf<ScaledObject>('services/kubernetes/components/keda/scaled-objects.yaml');
