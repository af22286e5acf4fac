#include "stream/aggregates.hpp"

namespace ibkr {

Aggregates::Aggregates(std::int32_t req_id, const AggregatePlan& plan)
    : req_id_(req_id), plan_of_book_(plan.book), let_go_(plan.let_go) {
  if (plan.bars) {
    bars_.emplace(plan.bars->trades, plan.bars->quotes);
    for (const BarSeriesPlan& series : plan.bars->series)
      bars_->add(series.spec, series.memory, plan.bars->since_ms);
  }
  if (plan.book) OrderBook(*plan.book->memory).open(req_id, plan.book->depth, plan.book->deletes);
}

Aggregates::~Aggregates() {
  // release: who sees it may give the memory to somebody else.
  let_go_->store(true, std::memory_order_release);
}

bool Aggregates::take_depth(const Record& record) {
  if (!plan_of_book_) return false;
  if (OrderBook(*plan_of_book_->memory).take(record) != BookTake::Ignored) changed_ |= kBook;
  return !plan_of_book_->passes_records;
}

void Aggregates::run(const AggregateOrder& order, double now_micros) {
  if (std::holds_alternative<ResetBookOrder>(order)) {
    if (!plan_of_book_) return;
    OrderBook(*plan_of_book_->memory).reset(now_micros);
    changed_ |= kBook;
    return;
  }
  if (!bars_) return;
  bool changed = false;
  if (std::holds_alternative<GapOrder>(order)) {
    bars_->gap();
    // What came before the gap is no sign that data comes again, though its bar is told of after it.
    has_ticked_ = false;
  } else if (const auto* correction = std::get_if<BarCorrection>(&order)) {
    changed = bars_->correct(*correction);
  } else if (const auto* resume = std::get_if<ResumeOrder>(&order)) {
    if (resume->place < bars_->size()) bars_->resume(resume->place, resume->bar);
  } else if (const auto* sessions = std::get_if<SessionsOrder>(&order)) {
    bars_->set_sessions(*sessions);
  }
  if (changed) changed_ |= kBars;
}

}  // namespace ibkr
