import { EventEmitter } from "node:events";
import type { IClientOptions, IStore } from "mqtt";

/** Packet ids, 1 to 65,535, of a connection with two packets under way at most: the client's own allocator, made for thousands, is most of its cost. */
export function createPacketIds(): NonNullable<IClientOptions["messageIdProvider"]> {
  let last = 0;
  return {
    allocate: () => (last = (last % 65_535) + 1),
    getLastAllocated: () => last,
    register: () => true,
    deallocate: () => undefined,
    clear: () => undefined,
  };
}

/** Keeps nothing: a connection that is never resumed has nothing to send again. */
export const forgetfulStore: IStore = {
  put(_packet, done) {
    done();
    return forgetfulStore;
  },
  del(packet, done) {
    done(undefined, packet as never);
    return forgetfulStore;
  },
  get(_packet, done) {
    done(new Error("nothing is stored"));
    return forgetfulStore;
  },
  close(done) {
    done();
  },
  createStream: () => new NothingStored() as unknown as ReturnType<IStore["createStream"]>,
};

/** An empty stream of stored packets, at its end as soon as it is read: the client waits for that before it is connected. */
class NothingStored extends EventEmitter {
  read(): null {
    this.emit("end");
    return null;
  }

  destroy(): void {
    this.removeAllListeners();
  }
}
