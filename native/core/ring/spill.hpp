// Frames too large for the ring wait here; the ring holds their place in the order of arrival.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <vector>

namespace ibkr {

/// A single-producer single-consumer queue of byte blocks (a linked list with a dummy node). It has no bound
/// of its own: Channel::can_take() stops reading when too many bytes wait here.
class Spill {
 public:
  Spill() : head_(new_node({})), tail_(head_) {}
  Spill(const Spill&) = delete;
  Spill& operator=(const Spill&) = delete;
  ~Spill() {
    while (head_ != nullptr) {
      std::unique_ptr<Node> gone(head_);
      head_ = gone->next.load(std::memory_order_relaxed);  // relaxed: both sides have ended
    }
  }

  /// Producer.
  void push(std::vector<std::byte> bytes) {
    waiting_bytes_.fetch_add(bytes.size(), std::memory_order_relaxed);  // relaxed: a level, not an order
    Node* node = new_node(std::move(bytes));
    // release: the node's content happens before the consumer follows the pointer.
    tail_->next.store(node, std::memory_order_release);
    tail_ = node;
  }

  /// Consumer. Empty optional: nothing there.
  std::optional<std::vector<std::byte>> pop() {
    Node* next = head_->next.load(std::memory_order_acquire);  // acquire: pairs with push
    if (next == nullptr) return std::nullopt;
    std::unique_ptr<Node> gone(head_);
    head_ = next;
    waiting_bytes_.fetch_sub(next->bytes.size(), std::memory_order_relaxed);  // relaxed: as in push
    return std::move(next->bytes);
  }

  /// Bytes pushed and not popped yet; for any thread.
  std::size_t waiting_bytes() const { return waiting_bytes_.load(std::memory_order_relaxed); }

 private:
  struct Node {
    std::vector<std::byte> bytes;
    std::atomic<Node*> next{nullptr};
  };
  static Node* new_node(std::vector<std::byte> bytes) {
    auto node = std::make_unique<Node>();
    node->bytes = std::move(bytes);
    return node.release();
  }
  std::atomic<std::size_t> waiting_bytes_{0};
  Node* head_;  // consumer's
  Node* tail_;  // producer's
};

}  // namespace ibkr
