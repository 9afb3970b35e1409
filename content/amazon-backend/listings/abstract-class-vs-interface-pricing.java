// Code in interfaces; a clash solved.
class Pricing {
    interface Discount {
        long off(long cents); // the one abstract method

        default long price(long cents) {
            return atLeastZero(cents - off(cents));
        }

        static Discount percent(int share) { // factory; a lambda fits
            return cents -> cents * share / 100;
        }

        private long atLeastZero(long cents) { // helper of defaults
            return Math.max(0, cents);
        }
    }

    interface Taxed {
        default long price(long cents) { return cents * 120 / 100; }
    }

    // The state is in the class: a record here, one final field.
    record Voucher(long worth) implements Discount, Taxed {
        @Override public long off(long cents) { return worth; }

        @Override public long price(long cents) { // both inherited:
            return Taxed.super.price(Discount.super.price(cents));
        } // without this override the class does not compile
    }

    public static void main(String[] args) {
        System.out.println(Discount.percent(10).price(2_500)); // 2250
        System.out.println(new Voucher(500).price(2_500)); // 2400
        System.out.println(new Voucher(9_900).price(2_500)); // 0
    }
}
