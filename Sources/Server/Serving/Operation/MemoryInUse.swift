internal import CMCAllocator

/// The memory that this process has asked the allocator for and not given back, in bytes; 0 where the C library does not say.
///
/// What is resident grows for minutes after a start, since the allocator keeps freed memory for later. Of that only the small
/// pieces that each thread keeps for itself are in here, some megabytes that come and go. Files that are mapped, such as
/// weights, are not.
package func memoryInUse() -> Int { Int(clamping: cal_bytes_in_use()) }
