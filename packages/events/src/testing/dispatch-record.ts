import { AssertionError } from 'node:assert';
import type { DataOf, MessageDefinition } from '../define.ts';
import { createEnvelope } from '../envelope.ts';

/** A message that was dispatched in a test, with what its dispatcher was given besides (subject, delay, queue, …). */
export interface Dispatch<Definition extends MessageDefinition = MessageDefinition> {
  definition: Definition;
  data: DataOf<Definition>;
  options: Record<string, unknown>;
}

/** Keeps what is dispatched, and answers questions about it; a question that fails shows what was dispatched instead. */
export class DispatchRecord {
  /** In the order of their dispatch. */
  readonly dispatched: Dispatch[] = [];

  /**
   * That a message of this kind was dispatched.
   *
   * @param matches looks closer: a message for which it returns `false` or throws does not count
   * @returns those that count, in order
   * @throws AssertionError when there is none; its message lists what was dispatched
   *
   * @example
   * fakeEvents.expectDispatched(UserRegistered, ({ data }) => data.email === 'ann@example.com');
   */
  expectDispatched<Definition extends MessageDefinition>(
    definition: Definition,
    matches: (dispatch: Dispatch<Definition>) => unknown = () => true,
  ): Dispatch<Definition>[] {
    const ofKind = this.dispatched.filter((each) => each.definition.type === definition.type);
    let cause: unknown;
    const found = (ofKind as unknown as Dispatch<Definition>[]).filter((each) => {
      try {
        return matches(each) !== false;
      } catch (error) {
        cause ??= error;
        return false;
      }
    });
    if (found.length > 0) return found;
    const wish = ofKind.length === 0 ? 'to be dispatched' : 'to be dispatched as the test asks';
    const reason = cause instanceof Error ? ` (${cause.message})` : '';
    throw this.#failure(`expected ${definition.type} ${wish}${reason}.`, cause);
  }

  /** @throws AssertionError when anything was dispatched, or any message of this kind; its message lists it */
  expectNothingDispatched(definition?: MessageDefinition): void {
    const wrong = this.dispatched.some((each) => definition === undefined || each.definition.type === definition.type);
    if (wrong) throw this.#failure(`expected no ${definition?.type ?? 'message'} to be dispatched.`);
  }

  /** The types of what was dispatched, in order. */
  get types(): string[] {
    return this.dispatched.map(({ definition }) => definition.type);
  }

  /** @throws EnvelopeError when the data breaks the schema, as the real dispatcher does */
  protected keep(definition: MessageDefinition, data: unknown, options: object): void {
    const { data: valid } = createEnvelope(definition, data, { source: 'postern/test' });
    this.dispatched.push({ definition, data: valid, options: { ...options } });
  }

  #failure(expectation: string, cause?: unknown): AssertionError {
    const list = this.dispatched.map(({ definition: { type }, data, options }) => {
      const more = Object.keys(options).length === 0 ? '' : ` ${JSON.stringify(options)}`;
      return `- ${type} ${JSON.stringify(data)}${more}`;
    });
    const instead = list.length === 0 ? 'Nothing was dispatched.' : `Dispatched:\n${list.join('\n')}`;
    const failure = new AssertionError({ message: `${expectation} ${instead}` });
    failure.cause = cause;
    return failure;
  }
}
