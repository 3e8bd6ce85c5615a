import { describe, expect, test } from "vitest";
import { guessCategory } from "./categories";

const shelves: Record<string, string> = {
  cat_leafy: "油麦菜 鸡毛菜 木耳菜 马齿菜 豌豆苗 紫贝 番杏 海带 圆白菜(铁)",
  cat_root: "土豆 新土豆 山药豆 牛蒡 樱桃萝卜 胡萝卜（洗） 白萝卜（棚 甘螺",
  cat_bean: "毛豆 豇豆 绿豆芽 鲜玉米 油豆",
  cat_mushroom: "香菇 鸡腿菇 杏鲍菇 木耳",
  cat_pepper: "尖椒 柿子椒",
  cat_nightshade: "番茄 长茄 圣女果",
  cat_allium: "鲜姜 蒜苗 红皮葱头",
  cat_gourd: "黄瓜 西胡芦（油） 香蕉西葫",
  cat_fruit: "富士（纸袋Φ75<85）苹果 鸡嘴荔枝 鸭梨 油桃 杏梅",
  cat_berry: "巨峰葡萄 玫瑰香 丹东草莓",
  cat_melon: "羊角蜜 京欣西瓜",
  cat_citrus: "赣南脐橙 柠檬",
  cat_egg: "鸽子蛋 鲜鸡蛋 松花蛋",
  cat_poultry: "白条三黄鸡 鸭腿 冻琵琶腿",
  cat_pork: "五花肉（瘦） 肥膘肉 猪蹄",
  cat_beef_lamb: "牛腩 羊蝎子（精品）",
  cat_seafood: "鲜活基围虾 带鱼",
  cat_frozen: "手抓饼",
  cat_tofu: "盒装豆腐",
  cat_dairy: "纯牛奶",
  cat_rice: "东北大米",
  cat_oil: "花生油",
  cat_sauce: "生抽",
  cat_snack: "坚果混合",
  cat_paper: "抽纸",
  cat_wash: "洗衣液",
  cat_vegetable: "仙人掌",
};

describe("a product without a category goes to the shelf its name points to", () => {
  for (const [category, names] of Object.entries(shelves)) {
    test(category, () => {
      expect(names.split(" ").filter((name) => guessCategory(name) !== category)).toEqual([]);
    });
  }
});
