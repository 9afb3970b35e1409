// Counting in two threads: certain lost updates, then three fixes.
import java.util.concurrent.*;
import java.util.concurrent.atomic.AtomicInteger;

class Counters {
    static final CyclicBarrier both = new CyclicBarrier(2);
    static volatile int plain; // visible to both, but ++ not atomic
    static int guarded; // touched only with the class's lock held
    static final AtomicInteger atomic = new AtomicInteger();

    static int race() throws Exception { // ++plain, taken apart
        int seen = plain;
        both.await(); // both have read before either writes
        return plain = seen + 1;
    }
    static synchronized int locked() { return ++guarded; }

    static int inTwo(int n, Callable<Integer> step) throws Exception {
        Callable<Integer> task = () -> {
            both.await(); // start together
            int mine = 0; // confined: no other thread can reach it
            for (; mine < n; mine++) step.call();
            return mine;
        };
        var pool = Executors.newFixedThreadPool(2);
        Future<Integer> a = pool.submit(task), b = pool.submit(task);
        pool.shutdown();
        return a.get() + b.get(); // merged after both have ended
    }

    public static void main(String[] args) throws Exception {
        inTwo(1000, Counters::race);
        inTwo(1_000_000, Counters::locked);
        inTwo(1_000_000, atomic::incrementAndGet);
        System.out.printf("plain %d%nlock %d%natomic %d%n",
            plain, guarded, atomic.get());
        System.out.println("confined " + inTwo(1_000_000, () -> 0));
    }
}
