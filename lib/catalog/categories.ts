/**
 * The category a product's name points to, for imports that name none. Ids are those of the reference migration;
 * the first rule that fits wins, so the narrower words stand above the wider ones.
 */
const rules: readonly (readonly [RegExp, string])[] = [
  [/鲜花|玫瑰花|百合花|绿植|盆栽/, "cat_flower"],
  [/抽纸|卷纸|纸巾|厨房纸|湿巾/, "cat_paper"],
  [/洗衣|洗洁|洗发|沐浴|牙膏|香皂|清洁|消毒液/, "cat_wash"],
  [/手抓饼|水饺|馄饨|汤圆|速冻|冻品|冰淇淋|丸子?$/, "cat_frozen"],
  [/豆腐|豆干|豆皮|千张|腐竹|素鸡/, "cat_tofu"],
  [/牛奶|酸奶|纯奶|鲜奶|乳品|奶酪|黄油/, "cat_dairy"],
  [/面包|蛋糕|吐司|馒头|包子|糕点/, "cat_bakery"],
  [/(菜籽|花生|大豆|玉米|葵花籽?|调和|橄榄|芝麻|食用)油/, "cat_oil"],
  [/生抽|老抽|酱油|陈醋|米醋|料酒|蚝油|豆瓣酱|食盐|白糖|味精|鸡精|火锅底料|辣酱/, "cat_sauce"],
  [/大米|小米|糯米|面粉|挂面|杂粮|燕麦|绿豆$|红豆$|黑豆$|黄豆$/, "cat_rice"],
  [/坚果|薯片|饼干|瓜子|话梅|果脯|肉干|糖果|巧克力|锅巴/, "cat_snack"],
  [/果汁|矿泉水|纯净水|饮料|可乐|汽水|茶饮|咖啡/, "cat_drink"],
  [/鱼粉|米粉|特产|腊肉|腊肠|粽子/, "cat_local"],
  [/菇|菌|鱼腥草|木耳菜|海带|牛蒡|马齿|鸡毛菜|甘螺|紫贝|萝卜|香蕉西葫|番杏|土豆|圣女果|番茄/, ""],
  [/蛋$/, "cat_egg"],
  [/荔枝|鸭梨|牛油果|鸡心果/, "cat_fruit"],
  [/羊角蜜/, "cat_melon"],
  [/羊|牛|百叶/, "cat_beef_lamb"],
  [/鸡|鸭|鹅|鸽|鹌鹑|琵琶腿|兔|^翅/, "cat_poultry"],
  [/猪|五花|里脊|通脊|臀尖|肘|排骨|肥肠|腔骨|肉馅|板油|大油|硬肋|软肋|肥膘|棒骨/, "cat_pork"],
  [/鱼|虾|蟹|贝(?!天葵)|蛤|鱿|鳝|鳗|蛏|海参|牡蛎|生蚝|螺(?!丝)|鲍/, "cat_seafood"],
  [/橙|橘|桔|柚|柑|柠檬/, "cat_citrus"],
  [/葡萄|草莓|蓝莓|杨莓|杨梅|提子|樱桃|玫瑰香|桑葚|车厘子/, "cat_berry"],
  [
    /西瓜|甜瓜|哈密瓜|香瓜|蜜瓜|落花甜|冰糖[籽子]|甜宝|郁金香|西州蜜|久红瑞|羊角蜜|长香玉|丰甜|沙白|黄金瓜|伊丽莎白/,
    "cat_melon",
  ],
  [
    /苹果|香蕉|梨|桃|李子?$|小李|杏|芒果|荔枝|龙眼|桂圆|菠萝|凤梨|石榴|猕猴桃|奇异果|木瓜|火龙果|柿(?!子椒)|枣|山楂|榴莲|椰子|山竹|枇杷|向日葵|富士/,
    "cat_fruit",
  ],
];

const vegetables: readonly (readonly [RegExp, string])[] = [
  [/菇|木耳(?!菜)|银耳|菌|蘑/, "cat_mushroom"],
  [/椒/, "cat_pepper"],
  [/番茄|西红柿|茄|广丝|圣女/, "cat_nightshade"],
  [/葱|姜|蒜/, "cat_allium"],
  [/瓜|西胡芦|西葫|瓠|秋葵/, "cat_gourd"],
  [/(?<!土|药)豆(?!苗|尖)|豇|不老|花生|玉米|芽$|银[芽牙]|菱角/, "cat_bean"],
  [
    /萝卜|土豆|山药豆|马铃薯|山药|芋|藕|薯|荸荠|牛蒡|笋|茭白|心里美|芥菜头|菜头|苤蓝|慈姑|百合|甘露|甘螺|根$|竹/,
    "cat_root",
  ],
  [
    /菜|蓝|茴香|茼蒿|芹|蒿|苋|韭|生菜|芥兰|樱西|法香|紫苏|荆芥|香椿|香春|苗|雪里|苦菊|菊苣|紫贝|豆尖|娃娃|番杏|苇叶|草叶|芦荟|穿心莲|海带|鱼腥草|油麦/,
    "cat_leafy",
  ],
];

/** The category id for a product's name; vegetables when nothing fits. */
export function guessCategory(name: string): string {
  const plain = name
    .normalize("NFKC")
    .replace(/\(.*?\)/g, "")
    .replace(/\(.*$/, "");
  for (const [pattern, category] of rules) {
    if (!pattern.test(plain)) continue;
    if (category !== "") return category;
    break;
  }
  return vegetables.find(([pattern]) => pattern.test(plain))?.[1] ?? "cat_vegetable";
}

/** Every id a guess can give, for the test that looks them up in the reference data. */
export const guessable: readonly string[] = [
  ...new Set([...rules, ...vegetables].map(([, id]) => id).filter((id) => id !== "")),
  "cat_vegetable",
];
