export type AttributeValue = string | number | boolean | object;

type Values = Map<string, AttributeValue>;

/**
 * What a device has told, and what it was given: the latest value of each key. Each kind is made when somebody first asks for it:
 * most devices of a load test never have one, and four empty maps are more than all else that is kept of them.
 */
export class DeviceValues {
  #telemetry: Values | undefined;
  #server: Values | undefined;
  #client: Values | undefined;
  #shared: Values | undefined;

  get telemetry(): Values {
    return (this.#telemetry ??= new Map());
  }

  /** Attributes of the server's scope; the next two likewise. */
  get server(): Values {
    return (this.#server ??= new Map());
  }

  get client(): Values {
    return (this.#client ??= new Map());
  }

  get shared(): Values {
    return (this.#shared ??= new Map());
  }
}
