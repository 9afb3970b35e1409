// Core threads, then the queue, then more threads, then a refusal.
import java.util.concurrent.*;

class Pool {
    public static void main(String[] args) throws Exception {
        var pool = new ThreadPoolExecutor(
            2, 4, // core and maximum size
            30, TimeUnit.SECONDS, // idle time of the extra threads
            new ArrayBlockingQueue<>(3)); // the queue needs a bound
        var release = new CountDownLatch(1);
        Callable<Boolean> wait = () -> { // a slow dependency
            return release.await(60, TimeUnit.SECONDS);
        };
        int refused = 0;
        for (int task = 1; task <= 9; task++) {
            try {
                pool.submit(wait);
            } catch (RejectedExecutionException full) {
                refused++; // here: answer 503, with Retry-After
            }
            int queued = pool.getQueue().size();
            System.out.printf("%d: %d threads, %d queued, %d no%n",
                task, pool.getPoolSize(), queued, refused);
        }
        release.countDown();
        pool.shutdown();
        System.out.println(pool.awaitTermination(60, TimeUnit.SECONDS)
            ? "done " + pool.getCompletedTaskCount() : "stuck");
    }
}
