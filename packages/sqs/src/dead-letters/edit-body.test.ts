import { expect, test } from 'vitest';
import { setInBody } from './edit-body.ts';

const BODY = '{"id":"x","data":{"email":"old@a.example","n":1,"list":["a"]}}';

test('sets one value, as JSON where it is JSON and as text otherwise', () => {
  expect(setInBody(BODY, 'data.email=new@a.example')).toContain('"email":"new@a.example"');
  expect(setInBody(BODY, 'data.n=2')).toContain('"n":2');
  expect(setInBody(BODY, 'data.n="2"')).toContain('"n":"2"');
  expect(setInBody(BODY, 'data.list.0=b=c')).toContain('"list":["b=c"]');
});

test('reports what is wrong with a path or a body, and what there is', () => {
  expect(() => setInBody(BODY, 'data.mail=x')).toThrow('unknown field "mail"; expected one of: email, n, list');
  expect(() => setInBody(BODY, 'id.deep=x')).toThrow('unknown field "deep"; expected one of: no fields');
  expect(() => setInBody(BODY, '__proto__.x=1')).toThrow('unknown field "__proto__"');
  expect(() => setInBody(BODY, 'email')).toThrow('not of the form path=value');
  expect(() => setInBody('<xml/>', 'a=b')).toThrow('replace it as a whole with --body-file');
});
