// Opposite transfers cannot deadlock: the lower id is locked first.
class Transfers {
    static class Account {
        final int id;
        long balance = 500; // guarded by this account's lock

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

    static void many(Account from, Account to) {
        for (int i = 0; i < 1_000_000; i++) transfer(from, to, 1);
    }

    public static void main(String[] args) throws Exception {
        Account a = new Account(1), b = new Account(2);
        Thread there = new Thread(() -> many(a, b));
        there.start();
        many(b, a); // at the same time, the other way
        there.join();
        System.out.println("total " + (a.balance + b.balance));
    }
}
