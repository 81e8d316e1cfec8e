/** An answer to a provision request, as far as it can be read. */
export interface Answer {
  readonly status: string;
  readonly credentialsType: string | undefined;
  readonly credentialsValue: unknown;
  /** As it came. */
  readonly body: string;
}

export function readJsonAnswer(body: string): Answer {
  let fields: Readonly<Record<string, unknown>> = {};
  try {
    fields = JSON.parse(body) as Readonly<Record<string, unknown>>;
  } catch {
    // Its status is the text then.
  }
  const { status, credentialsType, credentialsValue } = fields;
  return {
    status: typeof status === "string" ? status : `unreadable ${JSON.stringify(body.slice(0, 80))}`,
    credentialsType: typeof credentialsType === "string" ? credentialsType : undefined,
    credentialsValue,
    body,
  };
}

export function answerText({ status, credentialsType }: Answer): string {
  return credentialsType === undefined ? status : `${status} ${credentialsType}`;
}
