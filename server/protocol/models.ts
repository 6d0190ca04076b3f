/** Base models and GPU backends: choices and downloads. */
import type { Preset } from './preview.ts';

/** Proxy settings; absent or empty ones default to the environment's HTTP(S)_PROXY, ALL_PROXY and NO_PROXY. */
export interface ProxySettings {
  /** e.g. `http://proxy:3128` */
  readonly proxy?: string;
  /** Hosts reached without a proxy, as in NO_PROXY. */
  readonly noProxy?: readonly string[];
}

/** A base model to choose: present, or to be downloaded. */
export interface ModelChoice {
  readonly id: string;
  readonly title: string;
  /** `file`: one of the user's own, which is in use. */
  readonly origin: 'bundled' | 'downloaded' | 'ollama' | 'catalogue' | 'file';
  /** null: not on this machine yet. */
  readonly path: string | null;
  readonly fileBytes: number;
  /** Bytes of an unfinished download; 0 without one. */
  readonly partBytes: number;
  readonly license: string;
  /** One line: its weights, whether it fills in the middle, what to expect of it here. */
  readonly detail: string;
  /** Why it cannot be used; '' if it can. */
  readonly problem: string;
  readonly recommended: boolean;
  readonly current: boolean;
}

export interface ModelChoices {
  readonly models: readonly ModelChoice[];
  readonly recommendation: string;
  /** Bytes downloaded by Repotune. */
  readonly diskUseBytes: number;
}

/** `preset`: of the run that the base is for; absent: as in the settings. */
export interface BaseOfferParams {
  readonly preset?: Preset;
}

/** The base that suits this machine, for users of the bundled one; `none`: another is in use, or this machine can run no larger one. */
export type BaseOffer =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'offer';
      readonly id: string;
      readonly title: string;
      /** null: not on this machine yet. */
      readonly path: string | null;
      readonly fileBytes: number;
      /** Bytes of an unfinished download; 0 without one. */
      readonly partBytes: number;
      readonly license: string;
      /** Host of the download. */
      readonly host: string;
      /** Generation speed, on `device`. */
      readonly tokensPerSecond: number;
      readonly suggestionMs: number;
      readonly device: string;
      /** Minutes for a tune long enough to help, on the CPU. */
      readonly minutes: number;
    };

/** `repository`: `owner/name`, or its URL. */
export interface HubFilesParams extends ProxySettings {
  readonly repository: string;
}

/** The models in a repository on the hub; each is downloaded by its `id`. `message` is for the user. */
export type HubFiles =
  | {
      readonly kind: 'files';
      readonly repository: string;
      /** '' if none is stated. */
      readonly license: string;
      /** Ascending size. */
      readonly files: readonly { readonly id: string; readonly file: string; readonly bytes: number }[];
    }
  | { readonly kind: 'failed'; readonly message: string };

export interface OfModel {
  readonly id: string;
}

/** `id`: from the catalogue, or `owner/name/file.gguf`. */
export interface GetModelParams extends OfModel, ProxySettings {}

export interface OfBackend {
  readonly backend: string;
}

export interface GetBackendParams extends OfBackend, ProxySettings {}

/** `id`: a model's, or a backend's name. */
export interface DownloadProgress {
  readonly id: string;
  readonly doneBytes: number;
  readonly totalBytes: number;
}

/** A GPU plug-in that can be downloaded for this machine. `needs`: what else must be installed. */
export type BackendOffer =
  | {
      readonly kind: 'offer';
      readonly url: string;
      readonly bytes: number;
      readonly needs: string;
      readonly installed: boolean;
    }
  | { readonly kind: 'none' };

/** `message` is for the user. */
export type ModelAnswer =
  | { readonly kind: 'ready'; readonly path: string }
  | { readonly kind: 'removed'; readonly bytes: number }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly message: string };

/** Cost of preparing the base in use. `none`: it needs no preparing, or cannot be prepared; `message` is for the user. */
export type PrepareOffer =
  | { readonly kind: 'none'; readonly message: string }
  | { readonly kind: 'prepared'; readonly completes: boolean }
  | {
      readonly kind: 'offer';
      /** Whether the prepared base completes; otherwise it only lets reports tell what is knowledge of the repository. */
      readonly completes: boolean;
      readonly minutes: number;
      /** If this machine turns out to be slow. */
      readonly mostMinutes: number;
    };

/** `message` is for the user. */
export type PrepareAnswer =
  | { readonly kind: 'prepared' }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly message: string };

/** `share`: 0 to 1. */
export interface PrepareProgress {
  readonly share: number;
  readonly message: string;
}
