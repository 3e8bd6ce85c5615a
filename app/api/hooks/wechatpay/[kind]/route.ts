import { wechatpayNotice } from "#lib/api/hooks";

type Context = { params: Promise<{ kind: string }> };

export const POST = async (request: Request, { params }: Context): Promise<Response> =>
  wechatpayNotice((await params).kind, request);
