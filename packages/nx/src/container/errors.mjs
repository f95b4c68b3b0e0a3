/** Something the image's commands cannot do; the message says what, where and what to do about it. */
export class ContainerError extends Error {
  /** Stable name of the failure. */
  code = 'ERR_CONTAINER';

  /**
   * @param {string} message
   * @param {ErrorOptions} [options]
   */
  constructor(message, options) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** An option that the command does not have, or a value it cannot take. */
export class OptionError extends ContainerError {
  code = 'ERR_OPTION';
}

/** The container engine that the environment names does not answer. */
export class NamedEngineError extends ContainerError {
  code = 'ERR_NAMED_ENGINE';
}

/** No container engine is there to work with. */
export class NoEngineError extends ContainerError {
  code = 'ERR_NO_ENGINE';
}

/** An image that is neither present nor can be pulled or made. */
export class ImageUnavailableError extends ContainerError {
  code = 'ERR_IMAGE_UNAVAILABLE';
}

/** The container does not keep the run contract. */
export class ContractBrokenError extends ContainerError {
  code = 'ERR_CONTRACT_BROKEN';
}

/** A program could not be started, failed, or took too long. */
export class CommandError extends ContainerError {
  code = 'ERR_COMMAND';
}

/** Whoever runs this wants it to end. */
export class InterruptedError extends ContainerError {
  code = 'ERR_INTERRUPTED';
}
