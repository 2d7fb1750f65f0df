import { Container } from 'inversify';
import { describe, expect, it } from 'vitest';
import { bindClass, bindConstant, bindFactory } from './bind.ts';

abstract class Greeter {
  abstract greet(): string;
}
class Name {
  readonly value: string;
  constructor(value: string) {
    this.value = value;
  }
}
class PoliteGreeter extends Greeter {
  readonly #name: Name;
  constructor(name: Name) {
    super();
    this.#name = name;
  }
  override greet(): string {
    return `Good day, ${this.#name.value}`;
  }
}

function container(): Container {
  const made = new Container();
  bindConstant(made, Name, new Name('Ann'));
  bindClass(made, Greeter, PoliteGreeter, [Name]);
  return made;
}

describe('bindClass', () => {
  it('makes the class from its dependencies under the port as token', () => {
    expect(container().get(Greeter).greet()).toBe('Good day, Ann');
  });

  it('makes it once', () => {
    const made = container();
    expect(made.get(Greeter)).toBe(made.get(Greeter));
  });

  it('does not compile with a missing or a wrong dependency', () => {
    const made = new Container();
    // @ts-expect-error the dependency is missing
    bindClass(made, Greeter, PoliteGreeter, []);
    // @ts-expect-error a Greeter is not a Name
    bindClass(made, Greeter, PoliteGreeter, [Greeter]);
  });
});

describe('bindFactory', () => {
  it('passes the instances of the dependencies to the factory, each as the type of its token', () => {
    const made = container();
    class Letter {
      readonly text: string;
      constructor(greeting: string, name: string) {
        this.text = `${greeting}! Yours, ${name}`;
      }
    }
    bindFactory(made, Letter, [Greeter, Name], (greeter, name) => new Letter(greeter.greet(), name.value));
    expect(made.get(Letter).text).toBe('Good day, Ann! Yours, Ann');
    // @ts-expect-error a Name greets nobody
    bindFactory(new Container(), Letter, [Name], (name) => new Letter(name.greet(), ''));
  });
});
