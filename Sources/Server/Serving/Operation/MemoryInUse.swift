internal import CMCAllocator

/// Has the allocator keep what is freed in one place, whichever thread freed it; to be called before there are many threads.
///
/// A server frees on one thread what another asked for. With a place for each of some dozens of threads, what is kept for
/// later grows for hours, by a fifth of the memory that a small model's server needs.
package func keepFreedMemoryTogether() { cal_keep_together() }

/// The memory that this process has asked the allocator for and not given back, in bytes; 0 where the C library does not say.
///
/// What is resident grows for minutes after a start, since the allocator keeps freed memory for later. Of that only the small
/// pieces that each thread keeps for itself are in here, some megabytes that come and go. Files that are mapped, such as
/// weights, are not.
package func memoryInUse() -> Int { Int(clamping: cal_bytes_in_use()) }
