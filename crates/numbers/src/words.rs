//! The words that say what a number beside them is.

use std::sync::OnceLock;

use crate::chars::{fold, is_word_letter};

/// Say "phone number". `*`: any ending.
const PHONE: &str = "银行 保险 移动 联通 电信 ☎ 📞 📱 电话 手机 座机 热线 客服 传真 固话 联系方式 联系 拨打 致电 来电 去电 回电 咨询 呼叫 主叫 被叫 微信 短信 移动电话 一键拨号 拨号 投诉 报修 预约 订餐 举报 总机 前台 \
    電話 手機 熱線 聯絡 聯繫 致電 來電 傳真 行動電話 行動 專線 查詢 流動電話 撥打 總機 市話 客服專線 \
    tel tels telephone* phone* telefon* mobile* mob mobil* cell* hp fax* faks call calls called calling callback dial* ring whatsapp wechat viber telegram signal contact* hotline* helpline* landline* \
    tollfree toll-free switchboard reception text sms voicemail ph handset desk direct reach reached reachable helpdesk callerid caller-id caller did dnis ani cli inbound outbound concierge \
    handy rufnummer* festnetz* durchwahl anruf* anrufen angerufen erreichbar erreichen kontakt* notruf* hotlines \
    téléphone* téléphon* tél portable* fixe appeler appelez appelle appel appels joindre joignable numéro-vert standard \
    teléfono* telefono* teléfonos móvil* movil* celular* cel llamar llame llámenos llámame llamada llamadas fijo contacto contáctenos cellulare \
    telefone* telemóvel telemovel ligar ligue ligação ligou contato contacte contactar \
    携帯* 携帯電話 連絡先 お問い合わせ お問合せ ファックス ファクス フリーダイヤル 固定電話 直通 ケータイ 代表 \
    전화* 휴대폰* 휴대전화* 핸드폰* 연락처* 팩스* 문의* 콜센터* 연락* \
    тел телефон* моб мобильн* факс* звон* позвон* сот сотов* горяч* номер-телефона контакт* набер* связ* вотсап ватсап \
    هاتف الهاتف جوال الجوال موبايل تلفون فاكس اتصل للاتصال للتواصل";

/// One letter and a colon or a full stop, as signatures have them: T: M. P: F: C: O: D: H: W:
const LETTERS: &str = "tmpfcodhw";

/// Say "something else".
const OTHER: &str = "usd eur rmb cny hkd twd gbp jpy krw rub inr 人民币 订单* 单号 运单 快递 编号 流水 身份证 证件 证号 账号 账户 帐号 帐户 卡号 银行卡 金额 合计 价格 总价 单价 余额 日期 时间 合同 发票 税号 税务 邮编 邮政编码 批次 序列号 条码 条形码 型号 货号 版本 \
    qq 工号 学号 编码 代码 信用代码 单据 凭证 交易号 交易 支付 数量 库存 积分 物流 追踪 案件 案号 工单 会员号 会员卡 车架 设备号 房号 票号 航班 车次 邮箱 面积 坐标 经度 纬度 备案 许可证 执照 商品 产品号 校验码 验证码 密码 年份 生日 印次 书号 期号 卡 保单 提单 箱号 柜号 \
    訂單 單號 編號 身分證 帳號 帳戶 金額 合計 價格 總價 日期 時間 發票 統編 統一編號 郵遞區號 批號 序號 條碼 型號 貨號 數量 庫存 卡號 信用卡 驗證碼 \
    order* orders id ids uid uuid guid ref refs reference* invoice* inv po sku skus upc ean gtin isbn issn asin tracking track awb waybill ticket* case cases account* acct a/c iban swift bic routing serial* sn s/n imei imsi meid iccid mac vin zip zipcode postcode postal \
    batch lot qty quantity amount* total* subtotal price* cost* sum balance transaction* txn receipt* policy claim* license licence passport ssn tax vat gst abn acn ein tin tfn npi ndc siret version* ver build model part item* article product* code codes pin otp password passcode \
    token hash timestamp date* dob born weight lat lng lon latitude longitude coordinates page pages vol volume doi pmid rfc port error errno bug issue pull commit revision row rows score population shipment parcel package consignment booking* reservation* confirmation flight member* membership \
    customer-id client-id employee* staff-id user-id student* card* credit visa mastercard amex bank* deposit payment* cheque check meter contract* quote* job patient mrn patent* \
    bestell* auftrag* rechnung* kundennummer kundennr kunden-nr kdnr artikel* konto* blz plz ust-id* ust-idnr steuer* hrb betrag datum vertrag* sendung* aktenzeichen az vorgang* lieferschein* seriennummer ausweis* matrikel* versicherung* summe preis \
    commande* facture* référence réf siren naf tva rcs montant compte colis suivi dossier contrat* devis bon code-postal rib n°client sécu \
    pedido* factura* nif cif dni nie cuenta* importe envío envio albarán expediente referencia matrícula presupuesto fecha precio artículo cliente código codigo cédula cedula rfc curp rut folio guía guia \
    fatura* nota encomenda cpf cnpj conta* valor contrato protocolo cep rg nfe data preço boleto rastreio rastreamento \
    注文* 伝票 管理番号 会員番号 会員 口座 郵便番号 製造番号 請求書 請求 お客様番号 顧客番号 追跡 受付番号 予約番号 品番 商品番号 合計 法人番号 契約 \
    주문* 송장* 운송장* 계좌* 금액* 사업자* 등록번호* 주민* 우편번호* 상품* 합계* 카드* 예약* 접수번호* \
    заказ* счет* счёт* инн огрн огрнип кпп бик окпо сумма договор* накладн* трек* снилс полис* артикул* индекс паспорт* дата цена итого карт* заявк* квитанц* р/с к/с \
    طلب الطلب فاتورة الفاتورة حساب الحساب المبلغ رقم-الهوية الهوية تاريخ";

/// Say nothing by themselves, and may stand between a word and its number.
const GLUE: &str = "号 号码 號 號碼 番号 번호 no nos nr num number numbers nummer numero número numéro nº № n° номер رقم is are 是 为 為 は 는 : me us at on to the our my your of for please under unter auf au al en le";

/// Announce an extension.
const EXTENSION: &str = "extensions extension extensión extensao extensão extn exten ext xtn xt 分机号码 分机号 分机 分機號碼 分機 转接 转拨 转分机 转 轉分機 轉接 轉 內線 内线 内線 내선번호 내선 구내 \
    доб добавочный dw apparat app nst nebenstelle klappe poste interno int anexo ramal pbx tone";

/// What a word says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Says {
    Phone,
    Other,
    Glue,
    Extension,
}

struct Word {
    at: u16,
    len: u8,
    open: bool,
    says: Says,
    /// The next word of its chain, from 1. 0: the last.
    next: u16,
}

/// All words, in chains by how they start.
pub(crate) struct Words {
    units: Vec<u16>,
    words: Vec<Word>,
    chains: [u16; 256],
}

/// The one table.
pub(crate) fn words() -> &'static Words {
    static WORDS: OnceLock<Words> = OnceLock::new();
    WORDS.get_or_init(Words::new)
}

impl Words {
    fn new() -> Self {
        let mut table = Self { units: Vec::new(), words: Vec::new(), chains: [0; 256] };
        for (list, says) in [(PHONE, Says::Phone), (OTHER, Says::Other), (GLUE, Says::Glue), (EXTENSION, Says::Extension)] {
            let mut word = Word { at: 0, len: 0, open: false, says, next: 0 };
            for unit in list.encode_utf16().chain([0x20]) {
                match unit {
                    0x20 => {
                        table.add(word);
                        word = Word { at: table.units.len() as u16, len: 0, open: false, says, next: 0 };
                    }
                    0x2A => word.open = true,
                    _ => {
                        table.units.push(unit);
                        word.len += 1;
                    }
                }
            }
        }
        table
    }

    fn add(&mut self, mut word: Word) {
        let unit = |offset: u16| self.units.get(usize::from(word.at + offset)).copied().unwrap_or(0);
        let chain = chain(unit(0), unit(1));
        if word.len > 0
            && let Some(chain) = self.chains.get_mut(chain)
        {
            word.next = *chain;
            self.words.push(word);
            *chain = self.words.len() as u16;
        }
    }

    /// The longest word that starts at `at`, with its length.
    pub(crate) fn at(&self, text: &[u16], at: usize) -> Option<(Says, usize)> {
        let unit = |index: usize| text.get(index).copied().unwrap_or(0);
        let first = fold(unit(at));
        let spaced = is_word_letter(first) && first < 0xAC00;
        if spaced && at > 0 && !starts_word(unit(at - 1), unit(at)) {
            return None;
        }
        let mut next = self.chains.get(chain(first, fold(unit(at + 1)))).copied().unwrap_or(0);
        let mut longest: Option<(Says, usize)> = None;
        while let Some(word) = usize::from(next).checked_sub(1).and_then(|index| self.words.get(index)) {
            next = word.next;
            let len = usize::from(word.len);
            let units = self.units.get(usize::from(word.at)..usize::from(word.at) + len).unwrap_or(&[]);
            let ends = || !spaced || word.open || starts_word(unit(at + len - 1), unit(at + len)) || !is_word_letter(unit(at + len));
            if longest.is_none_or(|(_, other)| len > other)
                && units.iter().enumerate().all(|(offset, wanted)| fold(unit(at + offset)) == *wanted)
                && ends()
            {
                longest = Some((word.says, len));
            }
        }
        if longest.is_some() {
            return longest;
        }
        // One letter before a colon or a full stop.
        let single = LETTERS.bytes().any(|letter| u16::from(letter) == first) && matches!(unit(at + 1), 0x2E | 0x3A | 0xFF1A);
        single.then_some((Says::Phone, 1))
    }
}

/// The chain of a word: by its first two letters, or by the first alone where one is a word.
fn chain(first: u16, second: u16) -> usize {
    let key = if is_word_letter(first) && first < 0xAC00 { first.wrapping_mul(5).wrapping_add(second.wrapping_mul(3)) } else { first };
    usize::from(key & 255)
}

/// Whether a word starts between two units: no letter before, or the hump of `orderId`.
fn starts_word(before: u16, unit: u16) -> bool {
    !is_word_letter(before) || (matches!(before, 0x61..=0x7A) && matches!(unit, 0x41..=0x5A))
}
