export * from './greeting';
export * from './paths';
export * from './problem';
export * from './runtime-config';
