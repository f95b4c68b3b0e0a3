export * from './api';
export * from './operation';
export * from './runtime-config';
export * from './site';
