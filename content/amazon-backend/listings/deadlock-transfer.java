// Opposite transfers cannot deadlock: the lower id is locked first.
import java.util.concurrent.FutureTask;

class Transfers {
    static class Account {
        final int id;
        long balance = 1_000_000; // guarded by this account's lock
        Account(int id) { this.id = id; }
    }

    static boolean transfer(Account from, Account to, long amount) {
        if (from.id == to.id || amount <= 0)
            throw new IllegalArgumentException();
        Account first = from.id < to.id ? from : to; // global order
        Account second = first == from ? to : from;
        synchronized (first) {
            synchronized (second) {
                if (from.balance < amount) return false; // no funds
                from.balance -= amount;
                to.balance += amount;
                return true;
            }
        }
    }

    static int many(Account from, Account to) {
        int moved = 0;
        for (int i = 0; i < 1_000_000; i++)
            moved += transfer(from, to, 1) ? 1 : 0;
        return moved;
    }
    public static void main(String[] args) throws Exception {
        Account a = new Account(1), b = new Account(2);
        FutureTask<Integer> there = new FutureTask<>(() -> many(a, b));
        new Thread(there).start();
        int moved = many(b, a) + there.get(); // at the same time
        System.out.println(moved + " " + (a.balance + b.balance));
    }
}
