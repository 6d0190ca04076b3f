/** An adapter file that is not what our trainer or exporters write; the message completes "it cannot be used: ". */
export class BadAdapter extends Error {}
