/** What a first call looks like, from a terminal and from a mini program. Addresses are the reader's own. */
export const samples = (base: string) => ({
  signIn: `curl -X POST ${base}/api/v1/auth/wechat/sessions \\
  -H 'Content-Type: application/json' \\
  -d '{"code":"<wx.login code>"}'`,
  browse: `curl '${base}/api/v1/pickup-points?lat=30.2741&lng=120.1551'
curl '${base}/api/v1/home?pickup_point_id=pkp_…'`,
  order: `wx.request({
  url: '${base}/api/v1/quotes',
  method: 'POST',
  header: { Authorization: \`Bearer \${token}\` },
  data: { pickup_point_id, items: [{ sku_id, quantity: 2 }] },
  success: ({ statusCode, data: quote }) => {
    if (statusCode !== 200) return wx.showToast({ title: quote.detail, icon: 'none' })
    wx.request({
      url: '${base}/api/v1/orders',
      method: 'POST',
      header: { Authorization: \`Bearer \${token}\`, 'Idempotency-Key': key },
      data: { quote_token: quote.orders[0].quote_token, contact_name },
      success: ({ data: order }) => pay(order.id),
    })
  },
})`,
  pay: `wx.request({
  url: \`${base}/api/v1/orders/\${orderId}/payments\`,
  method: 'POST',
  header: { Authorization: \`Bearer \${token}\`, 'Idempotency-Key': key },
  data: { method: 'wechat' },
  success: ({ data }) => wx.requestPayment({ ...data.params, complete: () => poll(data.payment.id) }),
})`,
});
