//! How PostgreSQL says it in each of its languages: Diesel 2.3 does not pass SQLSTATE on, and the
//! message follows [`lc_messages`], which only a superuser may set.
//!
//! The texts are those of the catalogues of PostgreSQL 15 and 18. One that is not here is taken for
//! an error that is not worth repeating.
//!
//! [`lc_messages`]: https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-LC-MESSAGES

/// Whether the server's `message` is one of these, of which each may have a `%s`.
pub(super) fn is_one_of(texts: &[&str], message: &str) -> bool {
    texts.iter().any(|text| match text.split_once("%s") {
        Some((before, behind)) => message
            .strip_prefix(before)
            .is_some_and(|rest| rest.ends_with(behind)),
        None => message == *text,
    })
}

/// 40P01.
pub(super) const DEADLOCK: &[&str] = &[
    "deadlock detected",
    "Verklemmung (Deadlock) entdeckt",
    "se ha detectado un deadlock",
    "interblocage (deadlock) détecté",
    "terdeteksi 'deadlock'",
    "rilevato deadlock",
    "デッドロックを検出しました",
    "ნაპოვნია ურთიერთბლოკირება",
    "deadlock 발생했음",
    "wykryto zakleszczenie",
    "impasse detectado",
    "обнаружена взаимоблокировка",
    "deadlock upptäckt",
    "çıkmaz (deadlock) durumu saptandı",
    "виявлено взаємне блокування",
    "检测到死锁",
];

/// 55P03 by `lock_timeout`.
pub(super) const LOCK_TIMEOUT: &[&str] = &[
    "canceling statement due to lock timeout",
    "storniere Anfrage wegen Zeitüberschreitung einer Sperre",
    "cancelando la sentencia debido a que se agotó el tiempo de espera de candados (locks)",
    "cancelando la sentencia debido a que se agotó el tiempo de espera de “locks”",
    "annulation de la requête à cause du délai écoulé pour l'obtention des verrous",
    "pembatalan perintah karena kunci kehabisan waktu tunggu",
    "annullamento dell'istruzione a causa di timeout di lock",
    "ロックのタイムアウトのためステートメントをキャンセルしています",
    "გამოსახულება გაუქმდება ბლოკის მოლოდინის ვადის ამოწურვის გამო",
    "잠금 대기 시간 초과로 작업을 취소합니다.",
    "anulowano polecenie z powodu przekroczenia czasu blokady",
    "cancelando comando por causa do tempo de espera (timeout) do bloqueio",
    "выполнение оператора отменено из-за тайм-аута блокировки",
    "avbryter sats på grund av lås-timeout",
    "виконання оператора скасовано через тайм-аут блокування",
    "由于锁超时，取消语句操作",
];

/// 55P03 by `NOWAIT` and a row; `%s` is the table.
pub(super) const NO_ROW_LOCK: &[&str] = &[
    "could not obtain lock on row in relation \"%s\"",
    "konnte Sperre für Zeile in Relation »%s« nicht setzen",
    "no se pudo bloquear un candado en la fila de la relación «%s»",
    "no se pudo bloquear un “lock” en la fila de la relación «%s»",
    "n'a pas pu obtenir un verrou sur la relation « %s »",
    "tidak mendapatkan kunci pada baris relasi « %s »",
    "lock di riga nella relazione \"%s\" fallito",
    "リレーション\"%s\"の行ロックを取得できませんでした",
    "ურთიერთობაში \"%s\" მწკრივის დაბლოკვის შეცდომა",
    "\"%s\" 릴레이션의 잠금 정보를 구할 수 없음",
    "nie można nałożyć blokady na rekord w relacji \"%s\"",
    "não foi possível obter bloqueio na linha da relação \"%s\"",
    "не удалось получить блокировку строки в таблице \"%s\"",
    "kunde inte låsa rad i relationen \"%s\"",
    "\"%s\" tablosundaki satır için lock alınamadı",
    "не вдалося отримати блокування у рядку стосовно \"%s\"",
    "无法在关系 \"%s\"中的记录上获得锁",
];

/// 55P03 by `NOWAIT` and a table.
pub(super) const NO_TABLE_LOCK: &[&str] = &[
    "could not obtain lock on relation \"%s\"",
    "konnte Sperre für Relation »%s« nicht setzen",
    "no se pudo bloquear un candado en la relación «%s»",
    "no se pudo bloquear un “lock” en la relación «%s»",
    "n'a pas pu obtenir un verrou sur la relation « %s »",
    "tidak mendapatkan 'lock' pada relasi« %s »",
    "lock della relazione \"%s\" fallito",
    "リレーション\"%s\"のロックを取得できませんでした",
    "ბლოკის მიღების შეცდომა ურთიერთობაზე %s\"",
    "\"%s\" 릴레이션의 잠금 정보를 구할 수 없음",
    "nie można nałożyć blokady na relację \"%s\"",
    "não foi possível obter bloqueio na relação \"%s\"",
    "не удалось получить блокировку таблицы \"%s\"",
    "kunde inte ta lås på relationen \"%s\"",
    "\"%s\" tablosu için kilit alınamadı",
    "не вдалося отримати блокування зв'язку \"%s\"",
    "无法在关系 \"%s\" 上获得锁",
];

/// 57014 by `statement_timeout`.
pub(super) const STATEMENT_TIMEOUT: &[&str] = &[
    "canceling statement due to statement timeout",
    "storniere Anfrage wegen Zeitüberschreitung der Anfrage",
    "cancelando la sentencia debido a que se agotó el tiempo de espera de sentencias",
    "annulation de la requête à cause du délai écoulé pour l'exécution de l'instruction",
    "pembatalan perintah karena perintah kehabisan waktu tunggu",
    "annullamento dell'istruzione a causa di timeout",
    "ステートメントのタイムアウトのためステートメントをキャンセルしています",
    "명령실행시간 초과로 작업을 취소합니다.",
    "anulowano polecenie z powodu przekroczonego czasu wykonania",
    "cancelando comando por causa do tempo de espera (timeout) do comando",
    "выполнение оператора отменено из-за тайм-аута",
    "avbryter sats på grund av sats-timeout",
    "sorgu zaman aşımına uğradı ve iptal edildi",
    "виконання оператора скасовано через тайм-аут",
    "由于语句执行超时，正在取消查询命令",
];
