import { listen, type Listener } from './http/listener';
import type { Options } from './options';

/** The ports of the local cloud: opened once, whatever the template becomes while it runs. */
export interface Listeners {
  readonly distribution: Listener;
  readonly cognito: Listener;
  readonly apiGateway: Listener;
  readonly console: Listener;
  close(): Promise<void>;
}

/**
 * Opens every port, so that their origins are known before a template is resolved; requests wait until they are served.
 *
 * @throws PortInUseError with the ports that were opened closed again
 */
export async function openListeners(options: Options): Promise<Listeners> {
  const opened: Listener[] = [];
  const open = async (port: number, flag: string): Promise<Listener> => {
    const listener = await listen(port, flag);
    opened.push(listener);
    return listener;
  };
  const close = async (): Promise<void> => {
    await Promise.all(opened.map((listener) => listener.close()));
  };
  try {
    return {
      distribution: await open(options.port, '--port'),
      cognito: await open(options.cognitoPort, '--cognito-port'),
      apiGateway: await open(options.apiGatewayPort, '--api-gateway-port'),
      console: await open(options.consolePort, '--console-port'),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
