import { expect, it } from 'vitest';
import { knownWords } from './known-words.ts';

const ofMysql = (sqlMessage: string) =>
  knownWords(Object.assign(new Error(`insert into \`gifts\` (\`title\`) values (?) - ${sqlMessage}`), { sqlMessage }));

it.each([
  ["Unknown column 'wrapping' in 'INSERT INTO'", "Unknown column 'wrapping'"],
  ["Unknown column 'gifts.wrapping' in 'field list'", "Unknown column 'gifts.wrapping'"],
  ["Table 'shop_gateway.gifts' doesn't exist", "Table 'shop_gateway.gifts' doesn't exist"],
  ["Column 'title' cannot be null", "Column 'title' cannot be null"],
  ["Field 'title' doesn't have a default value", "Field 'title' doesn't have a default value"],
  ["Data too long for column 'title' at row 1", "Data too long for column 'title'"],
  ["Duplicate entry 'ann@example.com' for key 'users.email'", "Duplicate entry for key 'users.email'"],
  ["Duplicate entry 'x' for key 'y' for key 'users.email'", "Duplicate entry for key 'users.email'"],
  [
    "Incorrect integer value: 'ann' for column `shop`.`gifts`.`pieces` at row 1",
    "Incorrect integer value for column 'pieces'",
  ],
  ["Incorrect integer value: 'ann' for column 'pieces' at row 1", "Incorrect integer value for column 'pieces'"],
  [
    'Cannot add or update a child row: a foreign key constraint fails (`shop`.`gifts`, CONSTRAINT `gifts_user` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`))',
    'Cannot add or update a child row: constraint `gifts_user`',
  ],
])('keeps of what MySQL says the names of what is ours: %s', (sqlMessage, kept) => {
  expect(ofMysql(sqlMessage)).toBe(kept);
});

it.each([
  [
    'insert into `gifts` (`a`) values (?) - table gifts has no column named wrapping',
    'table gifts has no column named wrapping',
  ],
  ['select * from `gift` - no such table: gift', 'no such table: gift'],
  [
    'insert into `users` - UNIQUE constraint failed: users.email, users.state',
    'UNIQUE constraint failed: users.email, users.state',
  ],
  ["Cannot read properties of undefined (reading 'sent@example.com')", 'Cannot read properties of undefined'],
])('keeps of what SQLite and V8 say: %s', (message, kept) => {
  expect(knownWords(new Error(message))).toBe(kept);
});

it.each([
  'no room for ann@example.com',
  "Unknown column 'ann@example.com' in 'ORDER BY'",
  "You have an error in your SQL syntax near 'ann' at line 1",
  "Duplicate entry 'ann' for key 'a key'",
  'no such column: ann lee',
  "Truncated incorrect DOUBLE value: 'ann'",
])('keeps nothing of what may quote a value: %s', (message) => {
  expect([ofMysql(message), knownWords(new Error(message))]).toEqual([undefined, undefined]);
});

it('keeps nothing of what is no error', () => {
  expect([knownWords(undefined), knownWords('no such table: gifts'), knownWords({ message: 7 })]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});
