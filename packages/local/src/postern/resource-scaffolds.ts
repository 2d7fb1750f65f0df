import { publisherOf } from './endpoint-request.ts';
import { endpointModule } from './endpoint-scaffolds.ts';
import { changeOf, sampleFields } from './fields.ts';
import { journeyScaffold } from './journey-scaffold.ts';
import { type Names, pathOf } from './names.ts';
import { type ResourceRequest, resourceRoutes, summariesOf } from './resource-routes.ts';
import { resourceStoreScaffolds } from './resource-store-scaffolds.ts';
import { resourceTestScaffolds } from './resource-test-scaffolds.ts';
import { type Method, requested, type Scaffold } from './scaffold.ts';

/** The operations that list, make, find, change and remove rows of whoever is signed in, with their store and tests. */
export function resourceScaffolds(names: Names, request: ResourceRequest): Scaffold[] {
  const { file, camel } = names;
  const { fields, table, message, about } = request;
  const [first] = fields;
  const path = pathOf(names);
  const one = `${path}/{{id}}`;
  const summaries = summariesOf(names, about);
  const sent = (method: Method, at: string, summary: string, body?: object) =>
    requested(method, at, { about: summary, body });
  return [
    {
      file: `services/gateway/src/${file}/${file}-routes.ts`,
      text: resourceRoutes(names, path, request),
      edits: [
        sent('GET', path, summaries.list),
        sent('POST', path, summaries.create, Object.fromEntries(fields.map(({ name, sample }) => [name, sample]))),
        sent('GET', one, summaries.read),
        sent('PATCH', one, summaries.update, { [first.name]: first.other }),
        sent('DELETE', one, summaries.delete),
      ],
    },
    ...resourceStoreScaffolds(names, table, fields),
    ...resourceTestScaffolds(names, path, request),
    journeyScaffold(names, undefined, [
      `const body = { ${sampleFields(fields)} };`,
      `const { id } = call<{ id: string }>('${camel}Create', 201, { token, body });`,
      `call('${camel}List', 200, { token });`,
      `call('${camel}Read', 200, { token, id });`,
      `call('${camel}Update', 200, { token, id, body: { ${changeOf(first)} } });`,
      `call('${camel}Delete', 204, { token, id });`,
    ]),
    endpointModule(names, [
      { token: 'LiveAccounts', from: '../accounts/sessions/live-accounts.ts' },
      { token: `${table.pascal}Store`, from: `./${table.file}-store.ts`, as: `Sql${table.pascal}Store` },
      ...(message ? [publisherOf(message)] : []),
    ]),
  ];
}
