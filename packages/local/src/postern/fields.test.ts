import { expect, test } from 'vitest';
import { readFields, schemaFields } from './fields.ts';

test('a field has the bounds that are given with it, in its schema, its column and its samples', () => {
  const fields = readFields('quantity:integer(5..1000) item:string(1..40) text:string(0..5000) weight:number(0..20)');
  expect(schemaFields(fields)).toBe(
    'quantity: z.int().min(5).max(1_000), item: z.string().min(1).max(40), text: z.string().min(0).max(5_000), weight: z.number().min(0).max(20)',
  );
  expect(fields.map(({ name, column }) => column(name))).toEqual([
    ...["table.integer('quantity')", "table.string('item', 40)", "table.text('text')", "table.double('weight')"],
  ]);
  expect([fields[0]?.sample, fields[0]?.other]).toEqual([5, 6]);
});

test.each([
  ['at:time(1..2)', 'which only string, integer, number may have'],
  ['quantity:integer(10..1)', 'expected (least..most), and at most 2_147_483_647'],
  ['item:string(1..20000)', 'expected (least..most), and at most 16_000'],
  ['quantity:integer(1000)', 'is not a field: expected name:kind, such as item:string or quantity:integer(1..1000)'],
  ['quantity:whole(1..10)', 'has no kind that there is'],
])('bounds that a field cannot have are refused: %s', (given, why) => {
  expect(() => readFields(given)).toThrow(why);
});
