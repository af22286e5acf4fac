// Orders that the core encodes, prepares and arms.
#include "layout_table.hpp"
#include "loop_session.hpp"
#include "orders/armed_orders.hpp"
#include "orders/order_sheet.hpp"
#include "orders/protobuf_order.hpp"
#include "orders/template_sheet.hpp"

namespace ibkr::addon {

namespace {
constexpr LayoutEntry kEntries[] = {
    // What a carrier of bytes did with them
    {"CARRIED_WRITTEN", as_number(FedStream::Carried::Written)},
    {"CARRIED_PENDING", as_number(FedStream::Carried::Pending)},
    {"CARRIED_FAILED", as_number(FedStream::Carried::Failed)},
    // What became of a frame
    {"SENT_TAKE_GENERAL_PATH", as_number(Sent::TakeGeneralPath)},
    {"SENT_NO", as_number(Sent::No)},
    {"SENT_WHOLE", as_number(Sent::Whole)},
    {"SENT_QUEUED", as_number(Sent::Queued)},
    {"SENT_BAD_SIZE", as_number(Sent::BadSize)},
    {"SENT_DENIED", as_number(Sent::Denied)},
    {"SENT_OVERTAKEN", as_number(Sent::Overtaken)},
    {"SENT_READ_ONLY", as_number(Sent::ReadOnly)},
    // The sheet that an order's values are written to
    {"SHEET_BYTES", kSheetBytes},
    {"SHEET_CHANGED", kSheetChangedOffset},
    {"SHEET_MARKS", kSheetMarksOffset},
    {"SHEET_NUMBERS", kSheetNumbersOffset},
    {"SHEET_TEXTS", kSheetTextsOffset},
    {"SHEET_TEXT_BYTES", kSheetTextBytes},
    {"SHEET_STAMPS", kSheetStampsOffset},
    {"SHEET_UNSET", kSheetUnset},
    {"SHEET_SET", kSheetSet},
    {"SHEET_FALSE", kSheetFalse},
    {"SHEET_TRUE", kSheetTrue},
    {"SHEET_KIND_TEXT", as_number(SheetKind::Text)},
    {"SHEET_KIND_NUMBER", as_number(SheetKind::Number)},
    {"SHEET_KIND_INTEGER", as_number(SheetKind::Integer)},
    {"SHEET_KIND_FLAG", as_number(SheetKind::Flag)},
    // Order ids, and the sheet of prepared orders: numbers of eight bytes
    {"ORDER_IDS_BYTES", kOrderIdsBytes},
    {"ORDER_IDS_NEW_FROM", kOrderIdsNewFrom},
    {"ORDER_IDS_CHANGE", kOrderIdsChange},
    {"LAST_ORDER_ID", kLastOrderId},
    {"TEMPLATE_SHEET_BYTES", kTemplateSheetBytes},
    IBKR_VALUE(TemplateSheet, "TEMPLATE_HANDLE", handle),
    IBKR_VALUE(TemplateSheet, "TEMPLATE_QUANTITY", quantity),
    IBKR_VALUE(TemplateSheet, "TEMPLATE_LIMIT_PRICE", limit_price),
    IBKR_VALUE(TemplateSheet, "TEMPLATE_ORDER_REF_BYTES", order_ref_bytes),
    IBKR_VALUE(TemplateSheet, "TEMPLATE_ORDER_ID", order_id),
    IBKR_VALUE(TemplateSheet, "TEMPLATE_ENCODED_MICROS", encoded_micros),
    IBKR_VALUE(TemplateSheet, "TEMPLATE_WRITTEN_MICROS", written_micros),
    IBKR_VALUE(TemplateSheet, "TEMPLATE_SLOT", slot),
    IBKR_VALUE(TemplateSheet, "TEMPLATE_FIELD", field),
    IBKR_VALUE(TemplateSheet, "TEMPLATE_OP", op),
    IBKR_VALUE(TemplateSheet, "TEMPLATE_PRICE", price),
    IBKR_VALUE(TemplateSheet, "TEMPLATE_EXPIRES_MS", expires_ms),
    IBKR_VALUE(TemplateSheet, "TEMPLATE_RECEIVED_MICROS", received_micros),
    IBKR_VALUE(TemplateSheet, "TEMPLATE_VALUE", value),
    {"TEMPLATE_ORDER_REF", offsetof(TemplateSheet, order_ref)},
    {"TEMPLATE_ORDER_REF_ROOM", sizeof(TemplateSheet::order_ref)},
    // Armed orders
    {"ARMED_OP_LESS", as_number(ArmedOp::Less)},
    {"ARMED_OP_LESS_OR_EQUAL", as_number(ArmedOp::LessOrEqual)},
    {"ARMED_OP_GREATER", as_number(ArmedOp::Greater)},
    {"ARMED_OP_GREATER_OR_EQUAL", as_number(ArmedOp::GreaterOrEqual)},
    {"ARMED_STATE_ARMED", as_number(ArmedState::Armed)},
    {"ARMED_STATE_FIRING", as_number(ArmedState::Firing)},
    {"ARMED_STATE_FIRED", as_number(ArmedState::Fired)},
    {"ARMED_STATE_DISARMED", as_number(ArmedState::Disarmed)},
    {"ARMED_STATE_EXPIRED", as_number(ArmedState::Expired)},
    {"ARMED_END_EXPIRED", as_number(ArmedEnd::Expired)},
    {"ARMED_END_UNSENT", as_number(ArmedEnd::Unsent)},
    {"ARMED_END_WRITTEN", as_number(ArmedEnd::Written)},
    {"ARMED_END_QUEUED", as_number(ArmedEnd::Queued)},
    {"ARMED_END_DENIED", as_number(ArmedEnd::Denied)},
    // Parts of an order's frame in protobuf
    {"PART_FIXED", as_number(PartKind::Fixed)},
    {"PART_INT32", as_number(PartKind::Int32)},
    {"PART_DOUBLE", as_number(PartKind::Double)},
    {"PART_TEXT", as_number(PartKind::Text)},
    {"PART_FLAG", as_number(PartKind::Flag)},
    {"PART_NON_ZERO", as_number(PartKind::NonZero)},
};
}  // namespace

std::span<const LayoutEntry> orders_layout() { return kEntries; }

}  // namespace ibkr::addon
