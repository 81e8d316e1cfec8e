import type { CredentialsType } from "../model/device.ts";

/** In this order; what is undefined is left out. */
export interface RequestFields {
  readonly deviceName: string | undefined;
  readonly provisionDeviceKey: string | undefined;
  readonly provisionDeviceSecret: string | undefined;
  readonly credentialsType?: CredentialsType;
  readonly token?: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly clientId?: string | undefined;
  /** The certificate itself, whatever its name says. */
  readonly hash?: string;
  readonly gateway?: true;
}
