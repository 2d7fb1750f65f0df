import { FRAME_ENCODING, unpackFrame, WIRE } from '@postern/sqs';
import { SqsFront } from './sqs-front.ts';

interface Entry {
  MessageBody: string;
  MessageAttributes?: Record<string, { StringValue?: string }>;
}

/** What SQS was sent, by message: what a sender that died, or heard nothing, sent again. */
export class SentMessages {
  readonly #times = new Map<string, number>();
  /** Most messages of one request. */
  largest = 0;
  /** Messages of requests whose answer came too late for its client, as where a machine has too much to do: sent again, as with a lost one. */
  unheard = 0;

  /** The way to an SQS whose messages are counted. */
  before(target: string): Promise<SqsFront> {
    return SqsFront.before(target, async (body, { heard }) => {
      const messages = this.note(body.toString());
      if (!(await heard)) this.unheard += messages;
    });
  }

  /** @param request to send one message or several, as JSON. Returns how many they are. */
  note(request: string): number {
    const sent = JSON.parse(request) as Entry & { QueueUrl: string; Entries?: Entry[] };
    const queue = sent.QueueUrl.split('/').at(-1);
    const ids = (sent.Entries ?? [sent]).flatMap(idsOf);
    this.largest = Math.max(this.largest, ids.length);
    for (const id of ids) {
      const message = `${queue} ${id}`;
      this.#times.set(message, (this.#times.get(message) ?? 0) + 1);
    }
    return ids.length;
  }

  /** How many came once more, each time counted. */
  get again(): number {
    return [...this.#times.values()].reduce((sum, times) => sum + times - 1, 0);
  }
}

function idsOf({ MessageBody, MessageAttributes = {} }: Entry): string[] {
  const attribute = (name: string) => MessageAttributes[name]?.StringValue;
  if (attribute(WIRE.encoding) === FRAME_ENCODING) return unpackFrame(MessageBody).map(({ id }) => id);
  return [attribute(WIRE.id) ?? ''];
}
