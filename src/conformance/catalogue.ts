import type { ConformanceCase } from "./case.ts";
import { COAP_CASES } from "./cases/coap-cases.ts";
import { HTTP_CASES } from "./cases/http-cases.ts";
import { LOGIN_CASES } from "./cases/login-cases.ts";
import { PROTOBUF_CASES } from "./cases/protobuf-cases.ts";
import { REQUEST_CASES } from "./cases/request-cases.ts";
import { REST_CASES } from "./cases/rest-cases.ts";
import { REST_LOGIN_CASES } from "./cases/rest-login-cases.ts";
import { SESSION_CASES } from "./cases/session-cases.ts";
import { SLOW_CASES } from "./cases/slow-cases.ts";
import { STORED_CASES } from "./cases/stored-cases.ts";
import { STRATEGY_CASES } from "./cases/strategy-cases.ts";
import { TLS_CASES } from "./cases/tls-cases.ts";

/** Every case, in the order in which results are shown. */
export const CASES: readonly ConformanceCase[] = [
  ...SESSION_CASES,
  ...REQUEST_CASES,
  ...STRATEGY_CASES,
  ...PROTOBUF_CASES,
  ...STORED_CASES,
  ...LOGIN_CASES,
  ...TLS_CASES,
  ...HTTP_CASES,
  ...COAP_CASES,
  ...REST_LOGIN_CASES,
  ...REST_CASES,
  ...SLOW_CASES,
];
