<?php
// A prepaid wallet that is topped up by M-PESA: signs an order, hears of the money, credits it exactly once.
// PHP 8 with pdo_sqlite and no packages: `php -S 127.0.0.1:3000 server.php` with the variables below.
//
// With composer, firebase/php-jwt does what sign() does and standard-webhooks/standard-webhooks what verify() does.

declare(strict_types=1);

const AMOUNT_MAX_KES = 250_000; // M-PESA's own limit
const OLDEST_SECONDS = 300;     // Standard Webhooks: a message that is older, or newer, is a replay

ini_set('display_errors', '0'); // what fails is answered 500, and the message comes again; with errors shown it would be 200

$pay_url = getenv('PAY_URL');
$audience = getenv('AUDIENCE');                       // malipo:{DARAJA_ENV}:{LINK_ID}
$order_secret = (string) getenv('ORDER_SECRET');
$webhook_secret = (string) getenv('WEBHOOK_SECRET');  // whsec_…

// With an empty or short secret anybody could sign: nothing is answered.
$webhook_key = str_starts_with($webhook_secret, 'whsec_') ? base64_decode(substr($webhook_secret, strlen('whsec_')), true) : false;
if ($webhook_key === false || strlen($webhook_key) < 24) {
    throw new RuntimeException('WEBHOOK_SECRET must be whsec_ and 24 to 64 random bytes in base64');
}
if (strlen($order_secret) < 32) {
    throw new RuntimeException('ORDER_SECRET must have 32 bytes or more');
}

// --- The wallet: one row for each top-up, so that one reference can never be credited twice.

$wallet = new PDO('sqlite:' . (getenv('WALLET') ?: 'wallet.db'), null, null, [PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION]);
$wallet->exec('PRAGMA busy_timeout = 5000');
$wallet->exec('CREATE TABLE IF NOT EXISTS topups (
    reference TEXT PRIMARY KEY, customer TEXT NOT NULL, kes INTEGER NOT NULL DEFAULT 0, sequence INTEGER NOT NULL DEFAULT 0)');

/** Takes over what a message says was received. Each says the whole of it, so a message heard twice changes nothing. */
function credit(PDO $wallet, array $payment, int $sequence): void
{
    $newer = $wallet->prepare('UPDATE topups SET kes = ?, sequence = ? WHERE reference = ? AND sequence < ?');
    $newer->execute([$payment['received_kes'], $sequence, $payment['reference'] ?? '', $sequence]);
}

function balance(PDO $wallet, string $customer): int
{
    $sum = $wallet->prepare('SELECT COALESCE(SUM(kes), 0) FROM topups WHERE customer = ?');
    $sum->execute([$customer]);
    return (int) $sum->fetchColumn();
}

// --- The order: the price is fixed here, never in the browser. A JWT, HS256 (RFC 7519).

function base64url(string $bytes): string
{
    return rtrim(strtr(base64_encode($bytes), '+/', '-_'), '=');
}

function sign(array $claims, string $secret): string
{
    $said = base64url(json_encode(['alg' => 'HS256', 'typ' => 'JWT'])) . '.' . base64url(json_encode($claims));
    return $said . '.' . base64url(hash_hmac('sha256', $said, $secret, true));
}

// --- The message: https://www.standardwebhooks.com. Null unless our Worker has signed these very bytes just now.

function verify(string $body, string $key): ?array
{
    $header = fn (string $name): string => $_SERVER['HTTP_WEBHOOK_' . $name] ?? '';
    [$id, $time] = [$header('ID'), $header('TIMESTAMP')];
    $right = base64_encode(hash_hmac('sha256', "$id.$time.$body", $key, true));
    $is_ours = false;
    foreach (explode(' ', $header('SIGNATURE')) as $signature) { // two while the secret is being changed
        $is_ours = hash_equals("v1,$right", $signature) || $is_ours;
    }
    $is_fresh = ctype_digit($time) && abs(time() - (int) $time) <= OLDEST_SECONDS;
    return $is_ours && $is_fresh ? json_decode($body, true, flags: JSON_THROW_ON_ERROR) : null;
}

// --- The server.

function answer(int $status, string $body = '', string $type = 'text/html'): never
{
    http_response_code($status);
    header("Content-Type: $type");
    exit($body);
}

switch ($_SERVER['REQUEST_METHOD'] . ' ' . parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH)) {
    case 'GET /topup': // The page with the button. Who is the customer? Your session says so; here the address does.
        $amount = filter_var($_GET['amount'] ?? '', FILTER_VALIDATE_INT, ['options' => ['min_range' => 1, 'max_range' => AMOUNT_MAX_KES]]);
        $customer = (string) ($_GET['customer'] ?? '');
        if ($amount === false || $customer === '') {
            answer(422, 'amount, customer');
        }
        $reference = bin2hex(random_bytes(16));
        $wallet->prepare('INSERT INTO topups (reference, customer) VALUES (?, ?)')->execute([$reference, $customer]);
        $order = sign([
            'aud' => $audience, 'iat' => time(), 'exp' => time() + 3600,
            'amount' => $amount, 'reference' => $reference, 'description' => 'Wallet top-up',
        ], $order_secret);
        answer(200, <<<HTML
            <!doctype html>
            <html lang="en">
            <head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Top up</title></head>
            <body>
              <h1>Top up your wallet</h1>
              <script src="$pay_url/malipo.js" data-order="$order" async></script>
            </body>
            </html>
            HTML);

    case 'GET /balance':
        answer(200, json_encode(['kes' => balance($wallet, (string) ($_GET['customer'] ?? ''))]), 'application/json');

    case 'POST /webhook':
        $message = verify(file_get_contents('php://input'), $webhook_key);
        if ($message === null) {
            answer(400, 'not signed by our Worker');
        }
        if (str_starts_with($message['type'], 'payment.')) {
            credit($wallet, $message['data']['payment'], $message['data']['sequence']);
        }
        answer(204);

    default:
        answer(404, 'not here');
}
