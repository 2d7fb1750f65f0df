import exec from 'k6/execution';
import { run } from './target.ts';

export interface Person {
  first_name: string;
  last_name: string;
  email: string;
  password: string;
  password_confirmation: string;
}

let made = 0;

/** Somebody new, with the five fields of the first load test this product was measured by. */
export function newPerson(): Person {
  made += 1;
  const name = `u${exec.vu.idInTest}-${made}`;
  const password = `correct horse ${name} battery`;
  return {
    first_name: 'Kay',
    last_name: 'Six',
    email: `${name}@${run}.example.com`,
    password,
    password_confirmation: password,
  };
}
