import { expect, test } from 'vitest';
import { type HeapOfProcess, IdleMemory } from './idle-memory.ts';

const MEGABYTE = 1_048_576;
const MINUTE = 60_000;

/** A heap of which a collection leaves 20 MB. */
class FakeHeap implements HeapOfProcess {
  share = 0;
  megabytes = 40;
  collections = 0;

  busy(): number {
    return this.share;
  }

  heldBytes(): number {
    return this.megabytes * MEGABYTE;
  }

  collect(): void {
    this.collections += 1;
    this.megabytes = 20;
  }
}

function watched(): { heap: FakeHeap; memory: IdleMemory } {
  const heap = new FakeHeap();
  return { heap, memory: new IdleMemory(heap) };
}

test('what the start has left is given back at the first look at which nothing goes on', () => {
  const { heap, memory } = watched();
  heap.share = 0.4;
  memory.look(5_000);
  expect(heap.collections).toBe(0);
  heap.share = 0.004;
  memory.look(10_000);
  expect(heap.megabytes).toBe(20);
});

test('a process that stays idle is left alone', () => {
  const { heap, memory } = watched();
  for (let now = 0; now < 10 * MINUTE; now += 5_000) memory.look(now);
  expect(heap.collections).toBe(1);
});

test('what a rush has left is given back once it is over', () => {
  const { heap, memory } = watched();
  memory.look(0);
  heap.megabytes = 90;
  heap.share = 0.9;
  memory.look(2 * MINUTE);
  expect(heap.megabytes).toBe(90);
  heap.share = 0;
  memory.look(2 * MINUTE + 5_000);
  expect(heap.megabytes).toBe(20);
});

test('a process with a little to do collects once a minute at most', () => {
  const { heap, memory } = watched();
  for (let now = 0; now < 10 * MINUTE; now += 5_000) {
    heap.megabytes = 40;
    memory.look(now);
  }
  expect(heap.collections).toBe(10);
});
