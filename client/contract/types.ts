import type { components } from './schema';

type Schemas = components['schemas'];

export type LibraryAgent = Schemas['LibraryAgent'];
export type InputProperty = Schemas['InputProperty'];
export type CredentialRequirement = Schemas['CredentialRequirement'];
export type CredentialInfo = Schemas['CredentialInfo'];
export type CredentialInput = Schemas['CredentialInput'];
export type AgentRunRequest = Schemas['AgentRunRequest'];
export type Run = Schemas['Run'];
export type RunDetails = Schemas['RunDetails'];
export type RunStatus = Schemas['RunStatus'];
export type NodeExecution = Schemas['NodeExecution'];
export type Review = Schemas['Review'];
export type ReviewDecision = Schemas['ReviewDecision'];
export type Schedule = Schemas['Schedule'];
export type WorkspaceFile = Schemas['WorkspaceFile'];
export type UploadedFile = Schemas['UploadedFile'];
export type Graph = Schemas['Graph'];
export type Block = Schemas['Block'];
export type GraphCreate = Schemas['GraphCreate'];
export type InputSchema = Schemas['InputSchema'];
