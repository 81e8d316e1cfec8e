import { createAttributeWriters } from "../core/attribute-writers.ts";
import { sample } from "./distribution.ts";
import { createProcessors } from "./processors.ts";
import { createQueue } from "./queue.ts";
import type { Random } from "./random.ts";
import { type ServiceModel, warmUpFactor } from "./service-model.ts";
import { createStation } from "./station.ts";
import type { Timers } from "./timers.ts";
import type { TransportApi, Work } from "./transport-api.ts";
import type { VersionTraits } from "../core/version-table.ts";

interface Request {
  readonly kind: Work;
  /** When the transport put it into the queue. */
  readonly sentAt: number;
  /** The core will not run it any more. */
  leave(): void;
  /** Runs the core's logic; false: it never replies. */
  run(disturbed: boolean): boolean;
  /** The core's answer is on its way to the transport. */
  deliver(): void;
  /** Nobody waits for the answer any more. */
  lose(): void;
  /** Tells the caller that there is no answer. */
  giveUp(): void;
  settled: boolean;
}

/**
 * One in so many creations that the time-out cuts off: its interrupt hits its thread's next creation instead: that one is committed,
 * waits for its attribute, is interrupted, and answers FAILURE. Seen on 4.2.1: 26 FAILUREs for 695 cut off, and 12 for 928;
 * whose interrupt it is, is inferred.
 */
const STRAY_INTERRUPT_OF = 50;

/**
 * The transport-api queue and the core behind it (contract, sections 1 and 4):
 *
 *     ask --pending--> request queue --> worker [tenant lock [processor] attribute] --> answer queue --> settle
 *
 * Both queues are polled: an idle consumer sleeps 25 ms, a busy one does not. Up to 3.7 the consumer itself is the worker, so
 * that requests wait in the queue; from 3.8 on it hands them to 16. A request older than the time-out when it is picked up is
 * dropped; one that is still running then goes on, but its answer is thrown away: the device exists and nobody knows. A few
 * of those make the next one on their thread fail after its device was made. The
 * transport looks for requests that are too old as often as that time is long, so it gives up after once to twice the time-out.
 */
export function createQueuedTransport(deps: {
  readonly service: ServiceModel;
  readonly traits: VersionTraits;
  readonly timers: Timers;
  readonly random: Random;
}): TransportApi {
  const { service, traits, timers, random } = deps;
  const workers = service.workers ?? traits.workers;
  const station = createStation(workers);
  const insertLock = traits.insertLock ? createStation(1) : undefined;
  const processors = createProcessors(timers, service.cores);
  const writers = createAttributeWriters({ timers, random, flushMs: service.attributeFlushMs });
  const pending = new Set<Request>();
  /** A moment at which the transport looked for requests that are too old; it does so on a fixed grid. */
  const firstSweep = timers.now() - random.next() * service.requestTimeoutMs;
  let sweeping = false;
  /** Creations that were begun: what the server's code has been compiled by. */
  let created = 0;
  /** Creations that were still running at their time-out. */
  let cutOff = 0;
  /** Threads that are marked as interrupted, though what they were interrupted for has ended. */
  let interrupted = 0;
  let underWay = 0;

  const answers = createQueue<Request>({ timers, random, pollMs: service.pollMs }, (batch, resume) => {
    for (const request of batch) settle(request);
    resume();
  });

  const settle = (request: Request): void => {
    if (request.settled) request.lose();
    else {
      request.settled = true;
      pending.delete(request);
      request.deliver();
    }
  };

  const interrupt = (): void => {
    cutOff += 1;
    if (cutOff % STRAY_INTERRUPT_OF === 0) interrupted += 1;
  };

  /** Work on a processor, then the awaited attribute; `done` frees whoever works. */
  const execute = (request: Request, deadline: number, done: () => void): void => {
    if (timers.now() > deadline) {
      request.leave();
      done();
      return;
    }
    const creates = request.kind === "provision";
    const ms = creates
      ? sample(service.provision, random) * warmUpFactor(service.warmUp, created++)
      : sample(service.login, random);
    const compute = (release: () => void): void => {
      processors.run(ms, () => {
        const disturbed = creates && interrupted > 0;
        if (disturbed) interrupted -= 1;
        const replies = request.run(disturbed);
        release();
        const finish = (): void => {
          done();
          if (!replies) return;
          if (timers.now() <= deadline) answers.push(request);
          else {
            request.lose();
            // The consumer's own thread is never interrupted.
            if (creates && workers > 1) interrupt();
          }
        };
        if (creates) writers.save(finish);
        else finish();
      });
    };
    if (creates && insertLock !== undefined) insertLock.enter(compute);
    else compute(() => undefined);
  };

  const isStale = (request: Request): boolean => timers.now() - request.sentAt > service.requestTimeoutMs;

  const requests = createQueue<Request>({ timers, random, pollMs: service.pollMs }, (batch, resume) => {
    if (workers === 1) inTurn(batch, resume);
    else {
      const deadline = timers.now() + service.requestTimeoutMs;
      for (const request of batch) {
        if (isStale(request)) request.leave();
        else station.enter((release) => execute(request, deadline, release));
      }
      resume();
    }
  });

  /** The consumer's own thread does one after the other. */
  const inTurn = (batch: readonly Request[], resume: () => void): void => {
    let index = 0;
    const next = (): void => {
      for (;;) {
        const request = batch[index];
        index += 1;
        if (request === undefined) {
          resume();
          return;
        }
        if (isStale(request)) {
          request.leave();
          continue;
        }
        // A timer even for no time at all: a long batch must not grow the stack.
        execute(request, timers.now() + service.requestTimeoutMs, () => void timers.after(0, next));
        return;
      }
    };
    next();
  };

  const sweep = (): void => {
    for (const request of pending) {
      if (timers.now() - request.sentAt < service.requestTimeoutMs) continue;
      request.settled = true;
      pending.delete(request);
      request.giveUp();
    }
    sweeping = false;
    planSweep();
  };

  /** Only while anybody waits. */
  const planSweep = (): void => {
    if (sweeping || pending.size === 0) return;
    sweeping = true;
    const period = service.requestTimeoutMs;
    timers.after(period - ((timers.now() - firstSweep) % period), sweep);
  };

  return {
    underWay: () => underWay,
    ask: (kind, work, settleCaller, lost) => {
      if (pending.size >= service.maxPending) {
        settleCaller(undefined);
        return;
      }
      let answer: ReturnType<typeof work>;
      const request: Request = {
        kind,
        sentAt: timers.now(),
        settled: false,
        leave: () => {
          underWay -= 1;
        },
        run: (disturbed) => {
          underWay -= 1;
          answer = work(disturbed);
          return answer !== undefined;
        },
        deliver: () => settleCaller(answer),
        lose: () => {
          if (answer !== undefined) lost(answer);
        },
        giveUp: () => settleCaller(undefined),
      };
      underWay += 1;
      pending.add(request);
      planSweep();
      requests.push(request);
    },
  };
}
