use upsert_runtime::unique_keys;

macro_rules! tables {
    ($($name:ident)*) => {
        $(diesel::table! { $name (id) { id -> Integer, n -> BigInt, at -> Timestamp } })*
    };
}

tables! { other t21 t22 t23 t24 t1 t2 t3 t4 t5 t6 t7 t8 t9 t10 t11 t12 t13 t14 t15 t16 t17 t18 t19 t20 t30 t31 t32 t33 t34 }

unique_keys! { verify }
unique_keys! { verify = fn; }
unique_keys! { verfy = check; }
unique_keys! { t1 }
unique_keys! { t2 (at) }
unique_keys! { t3: }
unique_keys! { t4: at }
unique_keys! { t5: () }
unique_keys! { t6: (at,, n) }
unique_keys! { t7: (at) wher n > 1 }
unique_keys! { t8: (at) where }
unique_keys! { t9: (at) nulls distinct }
unique_keys! { t10: (at) (n) }
unique_keys! { t11: unique (at) }
unique_keys! { t12: primary key (at) }
unique_keys! { t13: 5 (at) }
unique_keys! { t14::table: (at) }
unique_keys! { "other": (at) }
unique_keys! { t16: (at), (n), (at) }
unique_keys! { t17: a (at), a (n) }
unique_keys! { t18: (n, at), b (at, n) }
unique_keys! { t19: (n, n) }
unique_keys! { t20: (n); other: (n); t20: (at) }
unique_keys! { t21: (at), other: (n) }
unique_keys! { t22: (n) where n = 1 -- 2 }
unique_keys! { t23: (n) where n = 1u8 }
unique_keys! { t24: (n) where at = 'c' }
unique_keys! { t25: (n) where "n > 0 --" }
unique_keys! { t26: (n) where "" }
unique_keys! { t27: ("lower('a)") }
unique_keys! { t28: (n) where "n > 0; SELECT 1" }
unique_keys! { t29: (n) where "n > 0) OR (n = 0" }
unique_keys! { t30: (n) where at.is_null(); }
unique_keys! { t31: (n) where not (t31.n.gt(0)) }
unique_keys! { t32: (n.abs()) }
unique_keys! { t33: (n) where coalesce(n, 0).eq(1) }
// Accepted: a function of a schema.
unique_keys! { t34: (pg_catalog.abs(n)) where pg_catalog.abs(n) > 0 }

fn main() {}
