/** The server as its tenant administrator sees it. Every method rejects with RollcallError only, or with the reason of `stop`. */
export interface Administration {
  server(stop: AbortSignal): Promise<ServerFacts>;
  /** Provision keys are unique on a server: this is the profile whose devices a run made. */
  profileByKey(key: string, stop: AbortSignal): Promise<ServerProfile | undefined>;
  /** All of them, a page at a time. */
  devicesOf(profile: ServerProfile, stop: AbortSignal): AsyncIterable<ServerDevice>;
  /** False: there is no such device any more. */
  deleteDevice(id: string, stop: AbortSignal): Promise<boolean>;
  close(): Promise<void>;
}

export interface ServerFacts {
  readonly version: string;
  readonly edition: string;
  /** Milliseconds since 1970, to the second; undefined: not told. */
  readonly time: number | undefined;
}

export interface ServerProfile {
  readonly id: string;
  readonly name: string;
}

export interface ServerDevice {
  readonly id: string;
  readonly name: string;
  /** Milliseconds since 1970, by the server's clock. */
  readonly createdTime: number;
  readonly gateway: boolean;
}
