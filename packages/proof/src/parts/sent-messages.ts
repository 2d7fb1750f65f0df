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

  /** The way to an SQS whose messages are counted. */
  before(target: string): Promise<SqsFront> {
    return SqsFront.before(target, (body) => this.note(body.toString()));
  }

  /** @param request to send one message or several, as JSON */
  note(request: string): void {
    const sent = JSON.parse(request) as Entry & { QueueUrl: string; Entries?: Entry[] };
    const queue = sent.QueueUrl.split('/').at(-1);
    const ids = (sent.Entries ?? [sent]).flatMap(idsOf);
    this.largest = Math.max(this.largest, ids.length);
    for (const id of ids) {
      const message = `${queue} ${id}`;
      this.#times.set(message, (this.#times.get(message) ?? 0) + 1);
    }
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
